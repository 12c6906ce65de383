//! The words of structured fields: blanks, comments, quoted strings, atoms (RFC 5322 section 3.2, RFC 2045 section 5.1).

/// Walks over the octets of a field value. Nothing here recurses: comments are counted.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    rest: &'a [u8],
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(value: &'a [u8]) -> Self {
        Self { rest: value }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Takes this octet if it is next.
    pub(crate) fn take(&mut self, octet: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == octet => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    pub(crate) fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// The octets up to the first for which this does not hold.
    pub(crate) fn take_while(&mut self, holds: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|octet| !holds(*octet)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }

    /// Passes blanks, line ends and comments. `None` where a comment is not closed; else whether there was a comment.
    pub(crate) fn skip_comments(&mut self) -> Option<bool> {
        let mut seen = false;
        loop {
            self.take_while(is_blank);
            if !self.take(b'(') {
                return Some(seen);
            }
            seen = true;
            let mut depth = 1_usize;
            while depth > 0 {
                match self.next()? {
                    b'\\' => {
                        self.next()?;
                    }
                    b'(' => depth = depth.saturating_add(1),
                    b')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }

    /// The content of a quoted string whose opening quote is next, unescaped, line ends removed. `None` where there is none or it is not closed.
    pub(crate) fn quoted_string(&mut self) -> Option<Vec<u8>> {
        if !self.take(b'"') {
            return None;
        }
        let mut content = Vec::new();
        loop {
            match self.next()? {
                b'"' => return Some(content),
                b'\\' => content.push(self.next()?),
                // Folding inside a quoted string: the line end is no part of it.
                b'\n' => {}
                b'\r' if self.peek() == Some(b'\n') => {}
                octet => content.push(octet),
            }
        }
    }
}

pub(crate) const fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}

/// A `token` octet of RFC 2045 section 5.1.
pub(crate) const fn is_token(octet: u8) -> bool {
    matches!(octet, 33..=126)
        && !matches!(octet, b'(' | b')' | b'<' | b'>' | b'@' | b',' | b';' | b':' | b'\\' | b'"' | b'/' | b'[' | b']' | b'?' | b'=')
}

/// An `atext` octet of RFC 5322 section 3.2.3, with the octets of UTF-8 that RFC 6532 adds.
pub(crate) const fn is_atext(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || octet >= 0x80
        || matches!(
            octet,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
        )
}
