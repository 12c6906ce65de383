//! The tables of `docs/c-abi.md`: each symbol and constant of the C header with the version that brought it.

use std::collections::BTreeMap;

use crate::run::{Outcome, root};

const PAGE: &str = "docs/c-abi.md";
const FUNCTIONS: &str = "| symbol | since |\n|---|---|\n";
const CONSTANTS: &str = "| constant | value | since |\n|---|---|---|\n";

/// Adds what is new in this header to the tables.
pub(crate) fn write(header: &str) -> Outcome {
    let page = read()?;
    std::fs::write(root().join(PAGE), updated(&page, header)?).map_err(|error| error.to_string())
}

/// Compares the tables with this header.
pub(crate) fn check(header: &str) -> Outcome {
    let page = read()?;
    if page == updated(&page, header)? { Ok(()) } else { Err(format!("{PAGE} is not what the header says: run `cargo xtask header`")) }
}

fn read() -> Result<String, String> {
    std::fs::read_to_string(root().join(PAGE)).map_err(|error| format!("{PAGE}: {error}"))
}

/// The page with both tables in the order of the header. What has gone or has another value is an error: the interface forbids it.
fn updated(page: &str, header: &str) -> Result<String, String> {
    let known = rows(page);
    let version = constants(header).into_iter().find(|(name, _)| *name == "SMIME_ABI_VERSION").map(|(_, value)| value);
    let version = version.ok_or("the header does not say SMIME_ABI_VERSION")?;
    let now: BTreeMap<&str, &str> = functions(header).into_iter().map(|name| (name, "")).chain(constants(header)).collect();
    for (name, (value, _)) in &known {
        match now.get(name) {
            None => return Err(format!("{name} is in {PAGE} but no longer in the header")),
            Some(found) if found != value && *name != "SMIME_ABI_VERSION" => return Err(format!("{name} was {value} and is now {found}")),
            Some(_) => {}
        }
    }
    let since = |name: &str| known.get(name).map_or(version, |(_, since)| *since);
    let mut text = page.split(FUNCTIONS).next().unwrap_or_default().to_owned() + FUNCTIONS;
    functions(header).iter().for_each(|name| text.push_str(&format!("| `{name}` | {} |\n", since(name))));
    text.push_str("\n## Constants\n\n");
    text.push_str(CONSTANTS);
    constants(header).iter().for_each(|(name, value)| text.push_str(&format!("| `{name}` | {value} | {} |\n", since(name))));
    Ok(text)
}

/// Name, then value (empty for a function) and version, of each row of the page.
fn rows(page: &str) -> BTreeMap<&str, (&str, &str)> {
    page.lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "))
        .map(|(name, rest)| (name, rest.split_once(" | ").unwrap_or(("", rest))))
        .collect()
}

fn functions(header: &str) -> Vec<&str> {
    header
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()) && !line.starts_with("typedef"))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("smime_"))
        .collect()
}

fn constants(header: &str) -> Vec<(&str, &str)> {
    header.lines().filter_map(|line| line.strip_prefix("#define ")?.split_once(' ')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "#define SMIME_ABI_VERSION 2\n#define SMIME_OLD 7\n#define SMIME_NEW 8\n\
        const char *smime_old(void);\nint32_t smime_new(const smime_old *old,\n                  size_t length);\n\
        typedef int32_t (*smime_read_fn)(void *user);\n";

    #[test]
    fn what_is_new_gets_the_version_of_the_header() {
        let page = format!("Words.\n\n{FUNCTIONS}| `smime_old` | 1 |\n\n## Constants\n\n{CONSTANTS}| `SMIME_OLD` | 7 | 1 |\n");
        let new = updated(&page, HEADER).expect("a page");
        assert!(new.starts_with("Words.\n"));
        for row in ["| `smime_old` | 1 |", "| `smime_new` | 2 |", "| `SMIME_OLD` | 7 | 1 |", "| `SMIME_NEW` | 8 | 2 |"] {
            assert!(new.contains(row), "{row}\n{new}");
        }
        assert!(!new.contains("smime_read_fn"));
        assert_eq!(updated(&new, HEADER).as_deref(), Ok(new.as_str()));
    }

    #[test]
    fn nothing_goes_and_no_number_changes() {
        let page = format!("{FUNCTIONS}| `smime_gone` | 1 |\n{CONSTANTS}");
        assert!(updated(&page, HEADER).is_err_and(|why| why.contains("smime_gone")));
        let page = format!("{FUNCTIONS}\n{CONSTANTS}| `SMIME_OLD` | 6 | 1 |\n");
        assert!(updated(&page, HEADER).is_err_and(|why| why.contains("SMIME_OLD")));
    }
}
