//! What Linux reports about a process in `/proc`.

use std::fs;

use anyhow::{Context, Result, bail};

/// Clock ticks per second in `/proc/PID/stat`. `USER_HZ` is 100 on every architecture that Kobling is built for.
const TICKS_PER_SECOND: f64 = 100.0;

/// Another process.
#[derive(Clone, Copy, Debug)]
pub struct Process(pub u32);

impl Process {
    fn read(self, file: &str) -> Result<String> {
        let path = format!("/proc/{}/{file}", self.0);
        fs::read_to_string(&path).with_context(|| format!("could not read {path}"))
    }

    /// Whether it runs. A process that has ended stays in `/proc` until its parent has waited for it.
    pub fn runs(self) -> bool {
        self.read("stat")
            .ok()
            .and_then(|stat| fields(&stat)?.next().map(|state| state != "Z"))
            .unwrap_or(false)
    }

    /// The CPU time of all its threads so far, in milliseconds.
    ///
    /// # Errors
    /// If it has ended.
    pub fn cpu_ms(self) -> Result<f64> {
        cpu_ms(&self.read("stat")?)
    }

    /// Its resident memory in MiB.
    ///
    /// # Errors
    /// If it has ended.
    pub fn resident_mib(self) -> Result<f64> {
        resident_mib(&self.read("status")?)
    }
}

/// The fields of `stat` from the third, the state. The second is a name in parentheses, which may contain blanks and
/// parentheses.
fn fields(stat: &str) -> Option<impl Iterator<Item = &str>> {
    stat.rsplit_once(')')
        .map(|(_, rest)| rest.split_ascii_whitespace())
}

fn cpu_ms(stat: &str) -> Result<f64> {
    // utime and stime are the fields 14 and 15, counted from 1.
    let mut times = fields(stat)
        .context("no name in /proc/PID/stat")?
        .skip(11)
        .take(2)
        .map(str::parse::<f64>);
    let (Some(Ok(user)), Some(Ok(system))) = (times.next(), times.next()) else {
        bail!("no CPU time in /proc/PID/stat");
    };
    Ok((user + system) * 1_000.0 / TICKS_PER_SECOND)
}

fn resident_mib(status: &str) -> Result<f64> {
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().strip_suffix(" kB"))
        .and_then(|number| number.parse::<f64>().ok())
        .map(|kib| kib / 1_024.0)
        .context("no VmRSS in /proc/PID/status")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "4711 (kob) (ling) S 1 4711 4711 0 -1 4194560 100 0 0 0 123 27 0 0 20 0 9 0";

    #[test]
    fn cpu_time_is_user_and_system_time_of_any_name() {
        assert_eq!(cpu_ms(STAT).unwrap(), 1_500.0);
        assert!(cpu_ms("4711 (kobling) S 1").is_err());
        assert!(cpu_ms("").is_err());
    }

    #[test]
    fn resident_memory_is_in_mib() {
        let status = "Name:\tkobling\nVmHWM:\t   40960 kB\nVmRSS:\t   20480 kB\n";
        assert_eq!(resident_mib(status).unwrap(), 20.0);
        assert!(resident_mib("Name:\tkobling\n").is_err());
    }

    #[test]
    fn a_zombie_does_not_run() {
        let state = |stat| fields(stat).and_then(|mut fields| fields.next());
        assert_eq!(state(STAT), Some("S"));
        assert_eq!(state("1 (a) Z 0"), Some("Z"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_runs_and_has_memory() {
        let this = Process(std::process::id());
        assert!(this.runs());
        assert!(this.cpu_ms().unwrap() >= 0.0);
        assert!(this.resident_mib().unwrap() > 0.0);
    }
}
