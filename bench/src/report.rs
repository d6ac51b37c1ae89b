//! The tables that are printed.

use crate::load::Cost;

/// One figure.
pub struct Row {
    pub name: &'static str,
    pub cost: Cost,
}

/// Password sign-ins, which compete for all cores.
pub struct Passwords {
    pub cost: Cost,
    /// Median and 99th percentile of a page meanwhile, in milliseconds.
    pub meanwhile: [f64; 2],
    /// Hashes per second that all cores compute.
    pub limit: f64,
    pub cores: f64,
}

/// The figures of one engine.
pub struct Figures {
    pub engine: &'static str,
    /// The first is the measure of the others.
    pub rows: Vec<Row>,
    pub passwords: Passwords,
    /// In MiB: after the start, after password sign-ins, at the end.
    pub resident: [f64; 3],
}

/// The figures with so many accounts.
pub struct Size {
    pub accounts: u32,
    pub rows: Vec<Row>,
}

/// The table of one engine. CPU time is that of the server process.
pub fn table(figures: &Figures) -> String {
    let Figures {
        rows, passwords, ..
    } = figures;
    let bare = rows.first().map_or(1.0, |row| row.cost.cpu_ms);
    let mut lines = vec![format!(
        "{:<28} {:>9} {:>8} {:>9} {:>8} {:>8}",
        figures.engine, "CPU ms", "× bare", "per s", "p50 ms", "p99 ms"
    )];
    let password = Row {
        name: "password sign-in",
        cost: passwords.cost,
    };
    lines.extend(rows.iter().chain([&password]).map(|Row { name, cost }| {
        format!(
            "{name:<28} {:>9.4} {:>8.1} {:>9.1} {:>8.2} {:>8.2}",
            cost.cpu_ms,
            cost.cpu_ms / bare,
            cost.per_second,
            cost.p50_ms,
            cost.p99_ms
        )
    }));
    let [p50, p99] = passwords.meanwhile;
    let name = "  /login meanwhile";
    lines.push(format!("{name:<28} {:>28} {p50:>8.2} {p99:>8.2}", ""));
    lines.push(format!(
        "password sign-ins: {:.0} % of the {:.1} hashes per s that all cores compute, \
         which take {:.1} ms each",
        passwords.cost.per_second / passwords.limit * 100.0,
        passwords.limit,
        passwords.cores / passwords.limit * 1_000.0
    ));
    let [start, sign_ins, load] = figures.resident;
    lines.push(format!(
        "resident memory: {start:.0} MiB after the start, {sign_ins:.0} MiB after password sign-ins, {load:.0} MiB \
         after all load"
    ));
    lines.join("\n")
}

/// The table of growth: CPU milliseconds of each journey at each size, and the ratio of the largest to the smallest.
pub fn growth(engine: &str, sizes: &[Size]) -> String {
    let mut head = format!("{engine:<28}");
    for size in sizes {
        head += &format!(" {:>11}", size.accounts);
    }
    let mut lines = vec![head + "    ratio"];
    let (Some(first), Some(last)) = (sizes.first(), sizes.last()) else {
        return String::new();
    };
    for (index, row) in first.rows.iter().enumerate() {
        let at = |size: &Size| size.rows.get(index).map_or(0.0, |row| row.cost.cpu_ms);
        let mut line = format!("{:<28}", row.name);
        for size in sizes {
            line += &format!(" {:>11.3}", at(size));
        }
        lines.push(format!("{line} {:>8.2}", at(last) / at(first)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(cpu_ms: f64) -> Cost {
        Cost {
            cpu_ms,
            per_second: 50.0,
            p50_ms: 1.0,
            p99_ms: 2.5,
        }
    }

    fn row(name: &'static str, cpu_ms: f64) -> Row {
        Row {
            name,
            cost: cost(cpu_ms),
        }
    }

    #[test]
    fn every_figure_is_a_multiple_of_the_first() {
        let text = table(&Figures {
            engine: "SQLite",
            rows: vec![row("bare", 0.01), row("/login", 0.25)],
            passwords: Passwords {
                cost: cost(15.0),
                meanwhile: [3.0, 9.0],
                limit: 100.0,
                cores: 2.0,
            },
            resident: [20.0, 80.4, 90.0],
        });
        let lines: Vec<_> = text.lines().collect();
        let words = |index: usize| lines[index].split_whitespace().collect::<Vec<_>>();
        assert_eq!(words(1), ["bare", "0.0100", "1.0", "50.0", "1.00", "2.50"]);
        assert_eq!(
            words(2),
            ["/login", "0.2500", "25.0", "50.0", "1.00", "2.50"]
        );
        assert_eq!(words(4), ["/login", "meanwhile", "3.00", "9.00"]);
        assert!(lines[5].contains(" 50 % of the 100.0 hashes"));
        assert!(lines[5].ends_with(" 20.0 ms each"));
        assert!(lines[6].contains("20 MiB after the start, 80 MiB"));
    }

    #[test]
    fn growth_is_the_ratio_of_the_largest_to_the_smallest() {
        let size = |accounts, cpu_ms| Size {
            accounts,
            rows: vec![row("/account", cpu_ms)],
        };
        let text = growth("SQLite", &[size(10_000, 0.5), size(1_000_000, 0.6)]);
        let lines: Vec<_> = text.lines().collect();
        let last: Vec<_> = lines[1].split_whitespace().collect();
        assert_eq!(last, ["/account", "0.500", "0.600", "1.20"]);
    }
}
