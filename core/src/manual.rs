//! The manual, as chapters.

#[doc = include_str!("manual/quickstart.md")]
pub mod quickstart {}

#[doc = include_str!("manual/defaults.md")]
pub mod defaults {}

#[doc = include_str!("manual/attacks.md")]
pub mod attacks {}

#[doc = include_str!("manual/quirks.md")]
pub mod quirks {}

#[doc = include_str!("manual/errors.md")]
pub mod errors {}

#[doc = include_str!("manual/stability.md")]
pub mod stability {}

#[doc = include_str!("manual/streaming.md")]
pub mod streaming {}

#[cfg(test)]
mod tests {
    use crate::error::Code;

    /// The chapter is written by hand; this keeps it to the table.
    #[test]
    fn every_code_stands_in_the_chapter_on_errors() {
        let chapter = include_str!("manual/errors.md");
        let mut rows = chapter.lines().filter(|line| line.starts_with("| `"));
        for code in Code::ALL {
            let row = rows.next().unwrap_or_default();
            let start = format!(
                "| `{}` ({}) | {} | {} | {} | ",
                code.as_str(),
                code.number(),
                code.severity().as_str(),
                code.sentence(),
                code.reference().unwrap_or("–")
            );
            assert!(row.starts_with(&start) && row.len() > start.len() + 4, "{row}\nshould begin with\n{start}");
        }
        assert_eq!(rows.next(), None, "a row without a code");
    }
}
