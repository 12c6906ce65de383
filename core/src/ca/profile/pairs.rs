//! Profiles as pairs of words, as files and other languages hold them.

use const_oid::ObjectIdentifier;

use super::{Generation, KeyUse, Profile, Validation};
use crate::cert::{attribute_name, attribute_type, purpose_from_name};
use crate::crypto::KeyKind;
use crate::error::{Code, Error, Result};

impl Profile {
    /// The profile that these pairs describe, as [`pairs`](Self::pairs) writes them. The names are those of the fields; `type` and
    /// `generation` together say which [`baseline`](Self::baseline) the others change, and without them it is the default. Lists are words
    /// between blanks. URLs, names and object identifiers have none.
    ///
    /// ```
    /// use smime::ca::Profile;
    /// let pairs = [("type", "mailbox"), ("generation", "strict"), ("days", "180"), ("crl_urls", "http://crl.example.org/ca.crl")];
    /// let profile = Profile::from_pairs(pairs)?;
    /// assert_eq!((profile.days, profile.maximum_days), (180, 825));
    /// assert_eq!(Profile::from_pairs(profile.pairs())?, profile);
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::UseArgument`] for a name or value that is none.
    pub fn from_pairs<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Result<Self> {
        let pairs: Vec<(N, V)> = pairs.into_iter().collect();
        let of = |wanted: &str| pairs.iter().find(|(name, _)| name.as_ref() == wanted).map(|(_, value)| value.as_ref());
        let mut profile = match (of("type"), of("generation")) {
            (None, None) => Self::default(),
            (Some(validation), Some(generation)) => {
                let validation = Validation::from_name(validation).ok_or_else(|| wrong("type", validation))?;
                Self::baseline(validation, Generation::from_name(generation).ok_or_else(|| wrong("generation", generation))?)
            }
            _ => return Err(Error::new(Code::UseArgument).because("type and generation belong together")),
        };
        for (name, value) in pairs.iter().filter(|(name, _)| !matches!(name.as_ref(), "type" | "generation")) {
            profile.set(name.as_ref(), value.as_ref())?;
        }
        Ok(profile)
    }

    /// Sets the field of this name.
    ///
    /// ```
    /// let mut profile = smime::ca::Profile::default();
    /// profile.set("required_subject", "commonName O")?;
    /// assert!(profile.set("shoe_size", "9").is_err());
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::UseArgument`] where there is no such field (`type` and `generation` are where a profile starts from, and not set), or the value
    /// is none.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let number = || value.parse().map_err(|_| wrong(name, value));
        match name {
            "days" => self.days = number()?,
            "maximum_days" => self.maximum_days = number()?,
            "keys" => self.keys = list(name, value, KeyKind::from_name)?,
            "key_use" => self.key_use = KeyUse::from_name(value).ok_or_else(|| wrong(name, value))?,
            "non_repudiation" => self.non_repudiation = value.parse().map_err(|_| wrong(name, value))?,
            "extended_key_usage" => self.extended_key_usage = list(name, value, purpose_from_name)?,
            "required_subject" => self.required_subject = list(name, value, attribute_type)?,
            "allowed_subject" => self.allowed_subject = if value == "any" { None } else { Some(list(name, value, attribute_type)?) },
            "policies" => self.policies = list(name, value, |word| word.parse::<ObjectIdentifier>().ok())?,
            "cps" => self.cps = list(name, value, url)?.into_iter().next(),
            "crl_urls" => self.crl_urls = list(name, value, url)?,
            "ocsp_urls" => self.ocsp_urls = list(name, value, url)?,
            "issuer_urls" => self.issuer_urls = list(name, value, url)?,
            _ => return Err(Error::new(Code::UseArgument).because(format!("a profile has no field {name}"))),
        }
        Ok(())
    }

    /// Every field as a pair of words.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some((validation, generation)) = self.baseline {
            pairs.push(("type", validation.name().to_owned()));
            pairs.push(("generation", generation.name().to_owned()));
        }
        let names = |kinds: &[ObjectIdentifier]| joined(kinds.iter().map(|kind| attribute_name(*kind)));
        let dotted = |kinds: &[ObjectIdentifier]| joined(kinds.iter().map(ObjectIdentifier::to_string));
        pairs.extend([
            ("days", self.days.to_string()),
            ("maximum_days", self.maximum_days.to_string()),
            ("keys", joined(self.keys.iter().map(KeyKind::to_string))),
            ("key_use", self.key_use.name().to_owned()),
            ("non_repudiation", self.non_repudiation.to_string()),
            ("extended_key_usage", dotted(&self.extended_key_usage)),
            ("required_subject", names(&self.required_subject)),
            ("allowed_subject", self.allowed_subject.as_ref().map_or_else(|| "any".to_owned(), |allowed| names(allowed))),
            ("policies", dotted(&self.policies)),
            ("cps", self.cps.clone().unwrap_or_default()),
            ("crl_urls", self.crl_urls.join(" ")),
            ("ocsp_urls", self.ocsp_urls.join(" ")),
            ("issuer_urls", self.issuer_urls.join(" ")),
        ]);
        pairs
    }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

fn list<T>(name: &str, value: &str, of: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
    value.split_ascii_whitespace().map(|word| of(word).ok_or_else(|| wrong(name, word))).collect()
}

fn url(word: &str) -> Option<String> {
    (word.contains(':') && word.bytes().all(|octet| octet.is_ascii_graphic())).then(|| word.to_owned())
}

fn wrong(name: &str, value: &str) -> Error {
    Error::new(Code::UseArgument).because(format!("{value} is no value of {name}"))
}
