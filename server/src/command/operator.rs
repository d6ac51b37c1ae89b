//! Who runs a command, for the audit log.

use kobling_domain::admin::types::Operator;
use std::{env, fs};

/// The user of this process. Not `USER`, which anybody can set, unless the system tells no more.
pub(crate) fn operator() -> Operator {
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let variable = |name| env::var(name).ok().filter(|user| !user.is_empty());
    let user = match uid() {
        Some(uid) => user_of(uid, &passwd).map_or_else(|| uid.to_string(), str::to_owned),
        None => variable("USER").unwrap_or_else(|| "unknown".to_owned()),
    };
    Operator::new(&user, variable("SUDO_USER").as_deref())
}

/// The effective user id: Linux shows each process as owned by it.
#[cfg(unix)]
fn uid() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").ok().map(|process| process.uid())
}

#[cfg(not(unix))]
fn uid() -> Option<u32> {
    None
}

/// The name of a user id in the form of `passwd(5)`.
fn user_of(uid: u32, passwd: &str) -> Option<&str> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_id_has_the_name_in_the_system_s_file() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\n# comment\n\nanna:x:1000:0::/home/anna:\n";
        for (uid, name) in [(0, Some("root")), (1000, Some("anna")), (1, None)] {
            assert_eq!(user_of(uid, passwd), name);
        }
    }

    #[test]
    fn this_process_has_a_user() {
        assert!(operator().name().len() > "os:".len());
    }
}
