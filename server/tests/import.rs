//! `kobling directory import`, as an operator runs it.

use crate::support::db::{Engine, each_engine};
use kobling_demo::eid::synthetic_pid;
use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

const HEADER: &str = "fodselsnummer;ansattnummer;navn;epost\n";

struct Operator<'a> {
    engine: &'a Engine,
    folder: TempDir,
}

impl<'a> Operator<'a> {
    fn new(engine: &'a Engine) -> Self {
        Self {
            engine,
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn run(&self, file: &Path, organisation: &str, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kobling"))
            .args(["directory", "import"])
            .arg(file)
            .args(["--organisation", organisation, "--data-dir"])
            .arg(self.folder.path())
            .args(["--set", &format!("database.url='{}'", self.engine.url())])
            .args(more)
            .output()
            .expect("the program runs")
    }

    /// Imports a file with these lines.
    fn import(&self, text: impl AsRef<[u8]>, more: &[&str]) -> Output {
        let file = self.folder.path().join("ansatte.csv");
        fs::write(&file, text).expect("written");
        self.run(&file, "nordvik", more)
    }

    fn good(&self, lines: &str) -> String {
        let output = self.import(format!("{HEADER}{lines}"), &[]);
        assert!(output.status.success(), "{}", err(&output));
        out(&output)
    }

    /// The errors without the file's name; checks that nothing was imported.
    async fn refused(&self, text: impl AsRef<[u8]>) -> Vec<String> {
        let before = self.state().await;
        let output = self.import(text, &[]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(
            self.state().await,
            before,
            "nothing is imported if a row is invalid"
        );
        let name = format!(
            "kobling: {}:",
            self.folder.path().join("ansatte.csv").display()
        );
        let said = err(&output);
        let lines: Vec<String> = said
            .lines()
            .filter_map(|line| line.strip_prefix(&name))
            .map(str::to_owned)
            .collect();
        assert!(
            said.contains(&format!("nothing was imported: {} problem(s)", lines.len())),
            "{said}"
        );
        lines
    }

    async fn state(&self) -> (i64, i64, i64) {
        let engine = self.engine;
        (
            engine.rows("employees").await,
            engine.rows("users").await,
            engine.rows("audit").await,
        )
    }

    /// Which employee an address belongs to.
    async fn number_of(&self, email: &str) -> i64 {
        self.engine
            .number(&format!(
                "SELECT CAST(number AS BIGINT) FROM users WHERE email = '{email}'"
            ))
            .await
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_a_valid_file_twice_changes_nothing() {
    each_engine(async |engine| {
        let operator = Operator::new(&engine);
        let lines = format!("{};1;Kari Nordmann;KARI@nordvik.example\n;2;\"Nordmann, Ola\";ola@nordvik.example\n;3;Per Hansen;\n", synthetic_pid(1));
        assert_eq!(operator.good(&lines), "3 rows read: 3 employees were added, 0 changed\n");
        assert_eq!((engine.rows("employees").await, engine.rows("users").await), (3, 2));
        assert_eq!(engine.rows("users WHERE email = 'kari@nordvik.example'").await, 1);
        assert_eq!(operator.good(&lines), "3 rows read: 0 employees were added, 0 changed\n");
        assert_eq!(operator.good(";3;Per Hansen;per@nordvik.example\n"), "1 rows read: 0 employees were added, 1 changed\n");
        assert_eq!(operator.good(";2;Ola Nordmann;\n"), "1 rows read: 0 employees were added, 1 changed\n");
        assert_eq!(engine.rows("users WHERE email = 'ola@nordvik.example'").await, 0, "no address, no access");
        assert_eq!((engine.rows("employees").await, engine.rows("users").await), (3, 2), "the other rows are unchanged");
        assert_eq!(engine.rows(&format!("employees WHERE pid LIKE '%{}%'", synthetic_pid(1))).await, 0, "hashed");
        assert_eq!(engine.rows("audit WHERE event = 'directory.imported'").await, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_reports_the_changes_and_makes_none() {
    each_engine(async |engine| {
        let operator = Operator::new(&engine);
        operator.good(";1;Kari Nordmann;kari@nordvik.example\n");
        let before = operator.state().await;
        let output = operator.import(
            format!("{HEADER};1;Kari Hansen;\n;2;Ola;ola@nordvik.example\n"),
            &["--dry-run"],
        );
        assert!(output.status.success());
        assert_eq!(
            out(&output),
            "2 rows read: 1 employees would be added, 1 changed\n"
        );
        let output = operator.import(format!("{HEADER};1;;\n"), &["--dry-run"]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(operator.state().await, before);
        assert_eq!(operator.number_of("kari@nordvik.example").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_is_reported_with_its_line() {
    each_engine(async |engine| {
        let operator = Operator::new(&engine);
        operator.good(";1;Kari Nordmann;kari@nordvik.example\n");
        let (good, mut bad) = (synthetic_pid(5), synthetic_pid(6));
        let last = if bad.ends_with('0') { "1" } else { "0" };
        bad.replace_range(10.., last);
        let text = format!(
            "{HEADER}{good};2;Ola;ola@nordvik.example\n{bad};3;Per;per@nordvik.example\n123;4;Eva;\n;5;Liv;liv\n;6;;\n;7\n\
             {good};8;Siv;\n;2;Nils;nils@nordvik.example\n;9;Oda;OLA@nordvik.example\n"
        );
        let said = operator.refused(text.as_bytes()).await;
        let lines: Vec<&str> = said.iter().filter_map(|line| line.split_once(": ")).map(|(line, _)| line).collect();
        assert_eq!(lines, ["3", "4", "5", "6", "7", "8", "9", "10"], "{said:#?}");
        for (line, what) in said.iter().zip(["identity number", "identity number", "address", "name", "4 columns", "line 2", "line 2", "line 2"]) {
            assert!(line.contains(what), "{line}");
        }
        assert!(said.iter().all(|line| !line.contains(&good) && !line.contains(&bad)), "the output does not contain identity numbers");

        assert_eq!(operator.refused("navn;epost\nOla;ola@nordvik.example\n").await, ["1: the header must be fodselsnummer;ansattnummer;navn;epost"]);
        assert_eq!(operator.refused("").await.len(), 1);
        let said = operator.refused(b"fodselsnummer;ansattnummer;navn;epost\n;2;Ola;\n;3;K\xe5re;\n").await;
        assert!(said.len() == 1 && said[0].starts_with("3: "), "{said:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_can_be_swapped_within_a_file_but_not_taken_from_others() {
    each_engine(async |engine| {
        let operator = Operator::new(&engine);
        let (a, b) = (synthetic_pid(1), synthetic_pid(2));
        operator.good(&format!("{a};1;Kari;kari@nordvik.example\n{b};2;Ola;ola@nordvik.example\n;3;Per;per@nordvik.example\n"));
        operator.good(&format!("{b};1;Kari;ola@nordvik.example\n{a};2;Ola;kari@nordvik.example\n"));
        assert_eq!((operator.number_of("kari@nordvik.example").await, operator.number_of("ola@nordvik.example").await), (2, 1));
        let said = operator.refused(format!("{HEADER};4;Eva;eva@nordvik.example\n{a};5;Liv;PER@nordvik.example\n")).await;
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said.iter().all(|line| line.starts_with("3: ") && line.contains("belongs to another")), "{said:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_cannot_start_reports_why() {
    each_engine(async |engine| {
        let operator = Operator::new(&engine);
        let output = operator.run(Path::new("/nonexistent/ansatte.csv"), "nordvik", &[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains("ansatte.csv"), "{}", err(&output));
        let file = operator.folder.path().join("ansatte.csv");
        fs::write(&file, HEADER).expect("written");
        let output = operator.run(&file, "nowhere", &[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains("`nowhere`"), "{}", err(&output));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_file_removes_those_who_are_missing() {
    each_engine(async |engine| {
        let operator = Operator::new(&engine);
        let row = |number: u32| format!(";{number};Ansatt {number};a{number}@nordvik.example\n");
        let rows = |numbers: std::ops::RangeInclusive<u32>| numbers.map(row).collect::<String>();
        let complete = |lines: &str, more: &[&str]| {
            let more = [&["--complete"], more].concat();
            operator.import(format!("{HEADER}{lines}"), &more)
        };
        operator.good(&rows(1..=20));
        operator.good("");
        assert_eq!(engine.rows("employees").await, 20, "a file that is not complete removes nobody");

        let before = operator.state().await;
        let dry = complete(&rows(3..=21), &["--dry-run"]);
        assert!(dry.status.success());
        assert_eq!(
            out(&dry),
            "19 rows read: 1 employees would be added, 0 changed, 2 removed\nremoved: 1\nremoved: 2\n"
        );
        let dry = complete("", &["--dry-run", "--most-leaving", "100"]);
        assert!(dry.status.success() && out(&dry).contains("requires --force: the file has no rows"), "{}", out(&dry));
        for (lines, more) in [
            (rows(4..=20), &[][..]),
            (rows(2..=20), &["--most-leaving", "4"]),
            (String::new(), &["--most-leaving", "100"]),
        ] {
            let refused = complete(&lines, more);
            assert_eq!(refused.status.code(), Some(1));
            assert!(err(&refused).contains("--force"), "{}", err(&refused));
            assert!(!err(&refused).contains("a1@"), "{}", err(&refused));
        }
        assert_eq!(operator.state().await, before);

        let done = complete(&rows(3..=21), &[]);
        assert_eq!(out(&done), "19 rows read: 1 employees were added, 0 changed, 2 removed\n");
        assert_eq!((engine.rows("employees").await, engine.rows("users").await), (19, 19));
        let by = "audit WHERE event IN ('directory.imported', 'directory.removed') AND credential LIKE 'os:%'";
        assert_eq!(engine.rows(by).await, 4);
        let done = complete(&rows(20..=20), &["--force"]);
        assert_eq!(out(&done), "1 rows read: 0 employees were added, 0 changed, 18 removed\n");
        for wrong in [&["--force"][..], &["--most-leaving", "5"], &["--complete", "--most-leaving", "101"]] {
            let refused = operator.import(HEADER, wrong);
            assert_eq!(refused.status.code(), Some(2), "{wrong:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_hundred_thousand_rows_is_imported() {
    let mut file = HEADER.to_owned();
    for index in 0..100_000 {
        let _ = writeln!(
            file,
            "{};{index};Ansatt Nummer {index};ansatt{index}@nordvik.example",
            synthetic_pid(index)
        );
    }
    each_engine(async |engine| {
        let operator = Operator::new(&engine);
        let output = operator.import(&file, &[]);
        assert!(output.status.success(), "{}", err(&output));
        assert_eq!(
            (engine.rows("employees").await, engine.rows("users").await),
            (100_000, 100_000)
        );
    })
    .await;
}
