//! The manual, as chapters.

#[doc = include_str!("manual/quickstart.md")]
pub mod quickstart {}

#[doc = include_str!("manual/defaults.md")]
pub mod defaults {}

#[doc = include_str!("manual/presets.md")]
pub mod presets {}

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
    use crate::policy::Policy;

    /// What the table tells of one preset, a field and its value each. A new field does not compile until it stands here.
    fn told(policy: Policy) -> Vec<(&'static str, String)> {
        fn words<T: std::fmt::Display>(values: &[T]) -> String {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        }
        let choice = |holds: bool| if holds { "yes" } else { "no" }.to_owned();
        let days = |seconds: i64| format!("{} days", seconds / 86_400);
        let Policy {
            name: _,
            digests,
            rsa_minimum_bits,
            allow_dsa,
            ciphers,
            allow_unauthenticated_ciphers,
            require_signed_attributes,
            allow_any_extended_key_usage,
            require_sender_match,
            any_signer_suffices,
            check_anchor_validity,
            signing_time_tolerance,
            certificate_policies,
            require_explicit_policy,
            inhibit_policy_mapping,
            inhibit_any_policy,
            revocation,
            evidence_lifetime,
            ocsp_nonce,
        } = policy;
        vec![
            ("digests", words(&digests)),
            ("rsa_minimum_bits", rsa_minimum_bits.to_string()),
            ("allow_dsa", choice(allow_dsa)),
            ("ciphers", words(&ciphers)),
            ("allow_unauthenticated_ciphers", choice(allow_unauthenticated_ciphers)),
            ("require_signed_attributes", choice(require_signed_attributes)),
            ("allow_any_extended_key_usage", choice(allow_any_extended_key_usage)),
            ("require_sender_match", choice(require_sender_match)),
            ("any_signer_suffices", choice(any_signer_suffices)),
            ("check_anchor_validity", choice(check_anchor_validity)),
            ("signing_time_tolerance", days(signing_time_tolerance)),
            ("certificate_policies", if certificate_policies.is_empty() { "any".to_owned() } else { words(&certificate_policies) }),
            ("require_explicit_policy", choice(require_explicit_policy)),
            ("inhibit_policy_mapping", choice(inhibit_policy_mapping)),
            ("inhibit_any_policy", choice(inhibit_any_policy)),
            ("revocation", revocation.as_str().to_owned()),
            ("evidence_lifetime", days(evidence_lifetime)),
            ("ocsp_nonce", choice(ocsp_nonce)),
        ]
    }

    #[test]
    fn presets_are_as_their_chapter_tells() {
        let mut rows = include_str!("manual/presets.md").lines().filter(|line| line.starts_with("| `"));
        let [standard, strict, legacy] = [Policy::standard(), Policy::strict(), Policy::legacy()].map(told);
        for (((field, standard), (_, strict)), (_, legacy)) in standard.into_iter().zip(strict).zip(legacy) {
            let start = format!("| `{field}` | {standard} | {strict} | {legacy} | ");
            let row = rows.next().unwrap_or_default();
            assert!(row.starts_with(&start) && row.len() > start.len() + 4, "{row}\nshould begin with\n{start}");
        }
        assert_eq!(rows.next(), None, "a row without a field");
    }

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
