//! The last part of a file of evidence: what is in the others, and how the message was judged.

use serde_json::{Value, json};

use crate::error::Result;
use crate::open::Form;
use crate::path::Purpose;
use crate::policy::Policy;
use crate::report::Verdict;
use crate::time::Time;

use super::malformed;

/// The version of the form of the file.
const VERSION: u64 = 1;

/// The name of the part with the manifest.
pub(super) const NAME: &str = "manifest.json";

/// Which part is the message: the one after that for people.
pub(super) const MESSAGE: usize = 1;

#[derive(Debug)]
pub(super) struct Manifest {
    pub(super) at: Time,
    pub(super) verdict: Verdict,
    pub(super) purpose: Purpose,
    pub(super) form: Form,
    /// As [`Policy::to_json`] has it.
    pub(super) policy: Value,
    pub(super) parts: Vec<Part>,
}

/// What one part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) octets: u64,
    pub(super) sha256: String,
}

impl Manifest {
    pub(super) fn to_json(&self) -> String {
        let document = json!({
            "evidence": VERSION,
            "libsmime": env!("CARGO_PKG_VERSION"),
            "at": self.at.to_string(),
            "verdict": self.verdict.as_str(),
            "purpose": self.purpose.as_str(),
            "form": word(self.form),
            "policy": self.policy,
            "parts": self.parts.iter().map(|part| json!({
                "name": part.name, "type": part.media_type, "octets": part.octets, "sha256": part.sha256,
            })).collect::<Vec<_>>(),
        });
        format!("{document:#}\n")
    }

    /// Reads what [`Manifest::to_json`] wrote. What is not known is passed over, so that later versions may add to it.
    pub(super) fn from_json(octets: &[u8]) -> Result<Self> {
        let document: Value = serde_json::from_slice(octets).map_err(|error| malformed(&format!("its manifest is not JSON: {error}")))?;
        if document.get("evidence").and_then(Value::as_u64) != Some(VERSION) {
            return Err(malformed("its manifest is of another version than 1"));
        }
        Self::read(&document).ok_or_else(|| malformed("its manifest lacks something"))
    }

    fn read(document: &Value) -> Option<Self> {
        let text = |name: &str| document.get(name)?.as_str();
        Some(Self {
            at: Time::parse_rfc3339(text("at")?).ok()?,
            verdict: VERDICTS.into_iter().find(|verdict| Some(verdict.as_str()) == text("verdict"))?,
            purpose: Purpose::from_name(text("purpose")?)?,
            form: FORMS.into_iter().find(|form| Some(word(*form)) == text("form"))?,
            policy: document.get("policy")?.clone(),
            parts: document.get("parts")?.as_array()?.iter().map(Part::read).collect::<Option<_>>()?,
        })
    }

    /// The name of the policy; with `+` where points of it were changed.
    pub(super) fn policy_name(&self) -> String {
        let preset = self.policy.get("preset").and_then(Value::as_str).and_then(Policy::from_name);
        let preset = preset.map_or("unknown", |policy| policy.name);
        let is_changed = self.policy.get("changed").and_then(Value::as_object).is_none_or(|changed| !changed.is_empty());
        if is_changed { format!("{preset}+") } else { preset.to_owned() }
    }
}

impl Part {
    fn read(document: &Value) -> Option<Self> {
        let text = |name: &str| document.get(name)?.as_str().map(str::to_owned);
        Some(Self { name: text("name")?, media_type: text("type")?, octets: document.get("octets")?.as_u64()?, sha256: text("sha256")? })
    }
}

const VERDICTS: [Verdict; 5] = [Verdict::Valid, Verdict::Unsigned, Verdict::Untrusted, Verdict::Indeterminate, Verdict::Invalid];

const FORMS: [Form; 4] = [Form::Detect, Form::Mime, Form::Der, Form::Pem];

const fn word(form: Form) -> &'static str {
    match form {
        Form::Detect => "detect",
        Form::Mime => "mime",
        Form::Der => "der",
        Form::Pem => "pem",
    }
}

/// Digits of octets.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
