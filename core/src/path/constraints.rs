//! Name constraints (RFC 5280 section 4.2.1.10, RFC 9549, RFC 9598 section 6).
//!
//! The names of a certificate are compared with the subtrees of each authority above it. A name or a subtree that cannot be
//! read never helps: where it decides, the path fails.

mod subtree;

use std::collections::HashMap;

use super::PathCheckKind;
use super::usage::Observation;
use crate::asn1::{Reader, Tag, oid};
use crate::cert::{Certificate, GeneralName};
use crate::error::{Code, Result};
use subtree::{Subject, Subtree};

/// Pairs of a name and a subtree that one request may compare.
const COMPARISONS: usize = 1 << 20;

/// The comparisons that one request has left.
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(COMPARISONS)
    }
}

impl Budget {
    fn spend(&mut self, pairs: usize) -> std::result::Result<(), (Code, String)> {
        match self.0.checked_sub(pairs) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Err((Code::LimitPath, format!("more than {COMPARISONS} pairs of a name and a constraint to compare"))),
        }
    }
}

/// The subtrees of one authority.
struct Constraints<'a> {
    permitted: Vec<Subtree<'a>>,
    excluded: Vec<Subtree<'a>>,
}

/// What every authority of this path, leaf first, has to say about the names below it, by position.
pub(super) fn apply(path: &[Certificate], budget: &mut Budget) -> HashMap<usize, Vec<Observation>> {
    let mut seen: HashMap<usize, Vec<Observation>> = HashMap::new();
    let mut names: HashMap<usize, Vec<Subject<'_>>> = HashMap::new();
    for (above, authority) in path.iter().enumerate().skip(1).rev() {
        let Some(extension) = authority.extension(oid::CE_NAME_CONSTRAINTS) else { continue };
        let constraints = match read(extension.value) {
            Ok(constraints) => constraints,
            Err(_) => {
                let observation = Observation::error(PathCheckKind::Extensions, Code::CertMalformed, "nameConstraints cannot be read");
                seen.entry(above).or_default().push(observation);
                continue;
            }
        };
        for (below, certificate) in path.iter().enumerate().take(above) {
            if below > 0 && certificate.is_self_issued() {
                continue;
            }
            let names = names.entry(below).or_insert_with(|| subtree::subjects(certificate));
            if let Err((code, detail)) = check(&constraints, names, budget) {
                let detail = format!("{detail}, by the constraints of {}", authority.subject().brief());
                seen.entry(below).or_default().push(Observation::error(PathCheckKind::NameConstraints, code, detail));
            }
        }
    }
    seen
}

/// The first name that the constraints do not allow, as a code and a part of a sentence.
fn check(constraints: &Constraints<'_>, names: &[Subject<'_>], budget: &mut Budget) -> std::result::Result<(), (Code, String)> {
    let subtrees = constraints.permitted.len().saturating_add(constraints.excluded.len());
    budget.spend(names.len().saturating_mul(subtrees))?;
    for name in names {
        for subtree in constraints.excluded.iter().filter(|subtree| subtree.concerns(name)) {
            match subtree.contains(name, true) {
                Some(false) => {}
                Some(true) => return Err((Code::PathNameConstraints, format!("{name} is excluded"))),
                None => return Err((Code::PathNameConstraints, format!("{name} cannot be compared"))),
            }
        }
        let mut limited = false;
        let mut permitted = false;
        for subtree in constraints.permitted.iter().filter(|subtree| subtree.concerns(name)) {
            limited = true;
            permitted = subtree.contains(name, false) == Some(true);
            if permitted {
                break;
            }
        }
        if limited && !permitted {
            return Err((Code::PathNameConstraints, format!("{name} is not permitted")));
        }
    }
    Ok(())
}

fn read(value: &[u8]) -> Result<Constraints<'_>> {
    let mut outer = Reader::der(value);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let permitted = read_subtrees(fields.optional(Tag::context_constructed(0))?)?;
    let excluded = read_subtrees(fields.optional(Tag::context_constructed(1))?)?;
    fields.finish()?;
    Ok(Constraints { permitted, excluded })
}

fn read_subtrees(element: Option<crate::asn1::Element<'_>>) -> Result<Vec<Subtree<'_>>> {
    let Some(element) = element else { return Ok(Vec::new()) };
    let mut list = element.children()?;
    let mut subtrees = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let base = GeneralName::read(fields.element()?)?;
        // minimum is always 0 and maximum always absent; the default written out does no harm.
        if let Some(minimum) = fields.optional(Tag::context(0))?
            && minimum.content != [0]
        {
            return Err(minimum.error(Code::BerValue));
        }
        fields.finish()?;
        subtrees.push(Subtree::of(base));
    }
    Ok(subtrees)
}

#[cfg(test)]
mod tests;
