use super::{
    common::{commit, each, read},
    sample::{email, hash, organisation, uuid},
};
use kobling_domain::{
    directory::types::{DirectoryUser, Employee, Holding, Organisation, Vouched},
    kernel::error::StoreError,
};
use kobling_model::OrgId;

const NORDVIK: OrgId = OrgId(uuid::Uuid::from_u128(1));

fn nordvik() -> Organisation {
    Organisation {
        id: NORDVIK,
        ..organisation(1, "nordvik")
    }
}

fn employee(number: &str, pid: Option<&str>) -> Employee {
    Employee {
        org: NORDVIK,
        number: number.into(),
        pid: pid.map(hash),
        name: format!("Ansatt \"Ø\" {number}"),
    }
}

fn user(address: &str, number: Option<&str>) -> DirectoryUser {
    DirectoryUser {
        org: NORDVIK,
        email: email(&format!("{address}@nordvik.example")),
        number: number.map(Into::into),
    }
}

#[tokio::test]
async fn an_organisation_keeps_its_id_when_it_is_stored_again() {
    each(async |db| {
        commit(&db, async |w| {
            w.directory()
                .put_organisation(&nordvik())
                .await
                .expect("puts");
            let by_key = w.directory().organisation("nordvik").await.expect("reads");
            assert_eq!(by_key, Some(nordvik()));
            let renamed = Organisation {
                id: OrgId(uuid(2)),
                name: "Nye Nordvik".into(),
                contact: "Sentralbordet".into(),
                address_hint: Some("fornavn.etternavn@nordvik.example".into()),
                ..nordvik()
            };
            w.directory()
                .put_organisation(&renamed)
                .await
                .expect("puts again");
            let found = w.directory().organisation(&renamed.key).await;
            let expected = Organisation {
                id: NORDVIK,
                ..renamed
            };
            assert_eq!(found.expect("reads"), Some(expected));
            assert_eq!(
                w.directory().organisation("other").await.expect("reads"),
                None
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn employees_and_users_are_read_back_unchanged() {
    each(async |db| {
        commit(&db, async |w| {
            w.directory()
                .put_organisation(&nordvik())
                .await
                .expect("puts");
            let employees = [employee("1", Some("a")), employee("2", None)];
            w.directory().put_employees(&employees).await.expect("puts");
            assert_eq!(
                w.directory().employees(NORDVIK).await.expect("reads"),
                employees
            );
            let users = [user("a", Some("1")), user("b", None), user("c", Some("1"))];
            w.directory()
                .put_users(NORDVIK, &[], &users)
                .await
                .expect("puts");
            assert_eq!(w.directory().users(NORDVIK).await.expect("reads"), users);

            w.directory().put_employees(&[]).await.expect("puts none");
            w.directory()
                .put_users(NORDVIK, &[], &[])
                .await
                .expect("puts none");
            assert_eq!(
                w.directory().users(OrgId(uuid(7))).await.expect("reads"),
                []
            );
            assert_eq!(
                w.directory()
                    .employees(OrgId(uuid(7)))
                    .await
                    .expect("reads"),
                []
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn removed_employees_take_their_users_along() {
    each(async |db| {
        commit(&db, async |w| {
            let sorvik = organisation(2, "sorvik");
            for org in [&nordvik(), &sorvik] {
                w.directory().put_organisation(org).await.expect("puts");
            }
            let elsewhere = Employee {
                org: sorvik.id,
                ..employee("1", None)
            };
            let employees = [
                employee("1", Some("a")),
                employee("2", None),
                elsewhere.clone(),
            ];
            w.directory().put_employees(&employees).await.expect("puts");
            let users = [
                user("a", Some("1")),
                user("b", Some("2")),
                user("c", Some("3")),
                user("d", None),
            ];
            w.directory()
                .put_users(NORDVIK, &[], &users)
                .await
                .expect("puts");
            for numbers in [&[][..], &["1".into(), "3".into(), "4".into()]] {
                w.directory()
                    .remove_employees(NORDVIK, numbers)
                    .await
                    .expect("removes");
            }
            let left = w.directory().employees(NORDVIK).await.expect("reads");
            assert_eq!(left, [employee("2", None)]);
            let left = w.directory().users(NORDVIK).await.expect("reads");
            assert_eq!(left, [user("b", Some("2")), user("d", None)]);
            let left = w.directory().employees(sorvik.id).await.expect("reads");
            assert_eq!(left, [elsewhere], "another organisation's");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_directory_vouches_for_people_who_are_employee_and_user() {
    each(async |db| {
        commit(&db, async |w| {
            let sorvik = organisation(2, "sorvik");
            let alvik = organisation(3, "alvik");
            for org in [&nordvik(), &sorvik, &alvik] {
                w.directory().put_organisation(org).await.expect("puts");
            }
            let at = |org: &Organisation, number: &str, pid| Employee {
                org: org.id,
                ..employee(number, pid)
            };
            w.directory()
                .put_employees(&[
                    at(&nordvik(), "1", Some("kari")),
                    at(&nordvik(), "2", Some("ola")),
                    at(&nordvik(), "3", None),
                    at(&sorvik, "1", Some("kari")),
                    at(&alvik, "9", Some("kari")),
                ])
                .await
                .expect("puts");
            w.directory()
                .put_users(
                    NORDVIK,
                    &[],
                    &[
                        user("kari.n", Some("1")),
                        user("kari", Some("1")),
                        user("x", Some("3")),
                    ],
                )
                .await
                .expect("puts");
            for (org, number) in [(&sorvik, "2"), (&alvik, "9")] {
                let user = DirectoryUser {
                    org: org.id,
                    ..user("kari", Some(number))
                };
                w.directory()
                    .put_users(org.id, &[], &[user])
                    .await
                    .expect("puts");
            }

            let vouched = |org: &Organisation, address: &str, number| Vouched {
                org: org.id,
                key: org.key.clone(),
                email: user(address, None).email,
                name: employee(number, None).name,
            };
            // By organisation key; at sorvik the address belongs to another employee.
            assert_eq!(
                w.directory().vouched(&hash("kari")).await.expect("reads"),
                [
                    vouched(&alvik, "kari", "9"),
                    vouched(&nordvik(), "kari.n", "1"),
                    vouched(&nordvik(), "kari", "1"),
                ]
            );
            let no_address = w.directory().vouched(&hash("ola")).await.expect("reads");
            assert_eq!(no_address, []);
            assert_eq!(
                w.directory().vouched(&hash("nobody")).await.expect("reads"),
                []
            );

            let name = w
                .directory()
                .directory_name(&user("kari.n", None).email)
                .await;
            assert_eq!(name.expect("reads"), Some(employee("1", None).name));
            let name = w
                .directory()
                .directory_name(&user("nobody", None).email)
                .await;
            assert_eq!(name.expect("reads"), None);

            for (address, expected) in [
                ("kari", vec![NORDVIK, sorvik.id, alvik.id]),
                ("kari.n", vec![NORDVIK]),
                ("ola", vec![]),
            ] {
                let holdings = w.directory().holdings(&user(address, None).email).await;
                let holdings = holdings.expect("reads");
                let orgs: Vec<_> = holdings.iter().map(|held| held.org).collect();
                assert_eq!(orgs, expected);
            }
            let own = w.directory().holdings(&user("kari.n", None).email).await;
            let held = Holding {
                org: NORDVIK,
                key: nordvik().key,
                pid: Some(hash("kari")),
            };
            assert_eq!(own.expect("reads"), [held]);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn identity_numbers_can_be_swapped_in_any_order_of_rows() {
    each(async |db| {
        commit(&db, async |w| {
            w.directory()
                .put_organisation(&nordvik())
                .await
                .expect("puts");
            let before = ["1", "2", "3", "4"].map(|n| employee(n, Some(n)));
            w.directory().put_employees(&before).await.expect("puts");
            let after = [
                employee("1", Some("2")),
                employee("2", Some("1")),
                employee("3", None),
                employee("4", Some("4")),
                employee("0", Some("3")),
            ];
            w.directory().put_employees(&after).await.expect("puts");
            let mut after = after;
            after.sort_by(|a, b| a.number.cmp(&b.number));
            assert_eq!(
                w.directory().employees(NORDVIK).await.expect("reads"),
                after
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_conflicting_identity_number_rolls_back_the_call_only() {
    each(async |db| {
        commit(&db, async |w| {
            w.directory()
                .put_organisation(&nordvik())
                .await
                .expect("puts");
            let before = [employee("1", Some("a")), employee("2", Some("b"))];
            w.directory().put_employees(&before).await.expect("puts");
            for conflicting in [
                vec![
                    employee("0", None),
                    employee("2", Some("c")),
                    employee("3", Some("a")),
                ],
                vec![employee("8", Some("x")), employee("9", Some("x"))],
            ] {
                let put = w.directory().put_employees(&conflicting).await;
                assert!(matches!(put, Err(StoreError::Conflict)));
                assert_eq!(
                    w.directory().employees(NORDVIK).await.expect("continues"),
                    before
                );
            }
        })
        .await;
        let left = read(&db, async |w| w.directory().employees(NORDVIK).await).await;
        assert_eq!(left.expect("reads").len(), 2);
    })
    .await;
}

#[tokio::test]
async fn users_of_the_given_numbers_are_replaced_and_others_kept() {
    each(async |db| {
        commit(&db, async |w| {
            w.directory()
                .put_organisation(&nordvik())
                .await
                .expect("puts");
            let before = [
                user("old", Some("1")),
                user("older", Some("1")),
                user("other", Some("2")),
                user("unbound", None),
                user("unsure", None),
            ];
            w.directory()
                .put_users(NORDVIK, &[], &before)
                .await
                .expect("puts");
            let put = [
                user("new", Some("1")),
                user("unbound", Some("1")),
                user("unsure", None),
            ];
            w.directory()
                .put_users(NORDVIK, &[], &put)
                .await
                .expect("puts");
            let expected = [
                user("new", Some("1")),
                user("other", Some("2")),
                user("unbound", Some("1")),
                user("unsure", None),
            ];
            assert_eq!(w.directory().users(NORDVIK).await.expect("reads"), expected);

            for conflicting in [
                vec![user("x", Some("1")), user("other", Some("3"))],
                vec![user("x", Some("1")), user("other", None)],
                vec![user("x", Some("1")), user("x", Some("3"))],
            ] {
                let put = w.directory().put_users(NORDVIK, &[], &conflicting).await;
                assert!(matches!(put, Err(StoreError::Conflict)));
                assert_eq!(
                    w.directory().users(NORDVIK).await.expect("continues"),
                    expected
                );
            }
            // A named number loses its addresses even if it gets no new ones.
            w.directory()
                .put_users(NORDVIK, &["2".into()], &[])
                .await
                .expect("puts");
            let left = w.directory().holdings(&user("other", None).email).await;
            assert_eq!(left.expect("reads"), []);
            let back = [user("other", Some("2"))];
            w.directory()
                .put_users(NORDVIK, &[], &back)
                .await
                .expect("puts");
            // Two employees may swap addresses.
            let swapped = [user("new", Some("2")), user("other", Some("1"))];
            w.directory()
                .put_users(NORDVIK, &[], &swapped)
                .await
                .expect("puts");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_directory_of_several_batches_can_be_stored_twice() {
    each(async |db| {
        let mut employees: Vec<Employee> = (0..25_000)
            .map(|n| employee(&n.to_string(), Some(&n.to_string())))
            .collect();
        let users: Vec<DirectoryUser> = (0..25_000)
            .map(|n| user(&format!("u{n}"), Some(&n.to_string())))
            .collect();
        for _ in 1..=2 {
            commit(&db, async |w| {
                w.directory()
                    .put_organisation(&nordvik())
                    .await
                    .expect("puts");
                w.directory().put_employees(&employees).await.expect("puts");
                w.directory()
                    .put_users(NORDVIK, &[], &users)
                    .await
                    .expect("puts");
            })
            .await;
            employees[17_000].name = "Changed".into();
        }
        read(&db, async |w| {
            let stored = w.directory().employees(NORDVIK).await.expect("reads");
            assert_eq!(stored.len(), 25_000);
            let changed = stored.iter().filter(|e| e.name == "Changed");
            assert_eq!(changed.count(), 1);
            assert_eq!(
                w.directory().users(NORDVIK).await.expect("reads").len(),
                25_000
            );
            let vouched = w.directory().vouched(&hash("24999")).await.expect("reads");
            assert_eq!(vouched.len(), 1);
        })
        .await;
    })
    .await;
}
