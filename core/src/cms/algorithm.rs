//! AlgorithmIdentifier (RFC 5280 section 4.1.1.2).

use const_oid::ObjectIdentifier;

use crate::asn1::{Element, Reader, Tag, Writer};
use crate::error::{Code, Error, Result};

/// An algorithm and its parameters, which are kept as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlgorithmIdentifier {
    /// Which algorithm.
    pub oid: ObjectIdentifier,
    /// The parameters: one whole element, or absent.
    pub parameters: Option<Vec<u8>>,
}

impl AlgorithmIdentifier {
    /// Reads one from its encoding, BER or DER.
    ///
    /// ```
    /// use smime::cms::AlgorithmIdentifier;
    /// let sha256 = [0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
    /// let algorithm = AlgorithmIdentifier::parse(&sha256)?;
    /// assert_eq!(algorithm.oid.to_string(), "2.16.840.1.101.3.4.2.1");
    /// assert_eq!(algorithm.to_der(), sha256);
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// A code of the class malformed where it is none, or something follows.
    pub fn parse(encoded: &[u8]) -> Result<Self> {
        Self::read(&Reader::ber(encoded).single()?)
    }

    /// Reads one from an element that is a SEQUENCE, or has an IMPLICIT tag in its place.
    pub(super) fn read(element: &Element<'_>) -> Result<Self> {
        let mut fields = element.children()?;
        let oid = fields.oid()?;
        let parameters = if fields.is_empty() { None } else { Some(parameters(&fields.element()?)?) };
        fields.finish()?;
        Ok(Self { oid, parameters })
    }

    /// The next element of a reader.
    pub(super) fn next(reader: &mut Reader<'_>) -> Result<Self> {
        Self::read(&reader.expect(Tag::SEQUENCE)?)
    }

    /// The encoding, with the parameters as they are.
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(self.oid);
            writer.raw(self.parameters.as_deref().unwrap_or_default());
        });
        writer.into_vec()
    }

    /// The one AlgorithmIdentifier that the parameters consist of, as those of key wrapping in key agreement do (RFC 5753
    /// section 7.1.5).
    ///
    /// # Errors
    /// [`Code::AlgParameters`] where they are something else.
    pub fn parameters_as_algorithm(&self) -> Result<Self> {
        let parameters = self.parameters.as_deref().unwrap_or_default();
        Self::parse(parameters)
            .map_err(|error| Error::new(Code::AlgParameters).because(format!("{}: no algorithm inside", self.oid)).with_source(error))
    }
}

/// Parameters are understood elsewhere; a value that cannot be one of its type is refused here already.
fn parameters(element: &Element<'_>) -> Result<Vec<u8>> {
    match element.tag {
        Tag::NULL if !element.content.is_empty() => Err(element.error(Code::BerValue)),
        Tag::INTEGER if element.content.is_empty() => Err(element.error(Code::BerValue)),
        Tag::END => Err(element.error(Code::BerTag)),
        _ => Ok(element.raw.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_within_the_parameters() {
        let inner = [0x30, 0x03, 0x06, 0x01, 0x2a];
        let outer = AlgorithmIdentifier::parse(&[&[0x30, 0x08, 0x06, 0x01, 0x2b][..], &inner].concat()).unwrap();
        assert_eq!(outer.parameters_as_algorithm().unwrap().to_der(), inner);
        for parameters in [None, Some(vec![0x05, 0x00]), Some([inner, inner].concat())] {
            let error = AlgorithmIdentifier { parameters, ..outer.clone() }.parameters_as_algorithm().unwrap_err();
            assert_eq!(error.code(), Code::AlgParameters);
        }
    }
}
