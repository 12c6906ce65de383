//! `docs/lint.md` lists every lint as it is.

use smime::cert::lint::lints;

#[test]
fn the_document_lists_every_lint() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lint.md");
    let text = std::fs::read_to_string(&path).expect("docs/lint.md");
    let rows = |line: &str| {
        line.strip_prefix("| `").is_some_and(|rest| rest.starts_with("rfc") || rest.starts_with("x") || rest.starts_with("smime-br-"))
    };
    let listed: Vec<&str> = text.lines().filter(|line| rows(line)).collect();
    let due: Vec<String> = lints()
        .map(|lint| {
            let since = lint.since().to_string();
            format!("| `{}` | {} | {} | {} |", lint.name(), lint.severity(), lint.reference(), &since[..10])
        })
        .collect();
    for (line, due) in listed.iter().zip(&due) {
        assert!(line.starts_with(due.as_str()), "docs/lint.md has\n{line}\nwhere this is due:\n{due}");
    }
    assert_eq!(listed.len(), due.len(), "docs/lint.md lists too few or too many");
}
