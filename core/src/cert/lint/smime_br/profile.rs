//! The reserved policies (BR section 7.1.6.1): what was validated, and by which generation of profiles.

/// What the authority validated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::lint) enum Validation {
    Mailbox,
    Organization,
    Sponsor,
    Individual,
}

/// How much beyond e-mail the certificate may be for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::lint) enum Generation {
    Legacy,
    Multipurpose,
    Strict,
}

/// One of the twelve profiles.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::lint) struct Profile {
    pub(in crate::cert::lint) validation: Validation,
    pub(in crate::cert::lint) generation: Generation,
}

impl Profile {
    /// The profile that this policy, content octets of an OBJECT IDENTIFIER, stands for: 2.23.140.1.5.validation.generation.
    pub(in crate::cert::lint) fn of(policy: &[u8]) -> Option<Self> {
        let [validation, generation] = policy.strip_prefix(&[0x67, 0x81, 0x0c, 1, 5])? else { return None };
        let validation = match validation {
            1 => Validation::Mailbox,
            2 => Validation::Organization,
            3 => Validation::Sponsor,
            4 => Validation::Individual,
            _ => return None,
        };
        let generation = match generation {
            1 => Generation::Legacy,
            2 => Generation::Multipurpose,
            3 => Generation::Strict,
            _ => return None,
        };
        Some(Self { validation, generation })
    }
}
