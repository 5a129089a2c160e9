//! Forms: read, and believed only with the session's token in them.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use serde::de::DeserializeOwned;

use crate::{Web, fault::Fault, session::Signed};

/// Bytes of a form without files at most.
const MOST: usize = 256 * 1024;

/// The fields of a form, in the order they came.
#[derive(Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub(crate) fn parse(text: &str) -> Self {
        Self(
            text.split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(key), decode(value))
                })
                .collect(),
        )
    }

    /// The first value of a field; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The first value of a field, if it is there and not blank.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty())
    }

    /// Every value of a field.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
}

/// Undoes percent-encoding; bytes that are not UTF-8 become U+FFFD.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let digits = [ahead.next(), ahead.next()].map(|d| d.and_then(|d| char::from(d).to_digit(16)));
                if let [Some(high), Some(low)] = digits {
                    bytes.push((high * 16 + low) as u8);
                    rest = ahead;
                } else {
                    bytes.push(b'%');
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The fields of an address's query.
pub(crate) struct Asked(pub(crate) Fields);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(Fields::parse(parts.uri.query().unwrap_or_default())))
    }
}

/// The parts of an address. One that does not read names nothing, so nothing is there.
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for At<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        match Path::<T>::from_request_parts(parts, web).await {
            Ok(Path(parts)) => Ok(Self(parts)),
            Err(_) => Err(Fault::nothing_here(web.house.id()).into_response()),
        }
    }
}

/// A form a person who is signed in has sent: its token is the session's.
pub(crate) struct SignedForm {
    /// Who sent it.
    pub(crate) signed: Signed,
    /// Its fields.
    pub(crate) fields: Fields,
}

impl FromRequest<Web> for SignedForm {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let signed = <Signed as FromRequestParts<Web>>::from_request_parts(&mut parts, web).await?;
        let fields = read(Request::from_parts(parts, body), web).await?;
        if !same(fields.get("csrf"), &signed.who.csrf) {
            return Err(Fault::stale_form(&signed).into_response());
        }
        Ok(Self { signed, fields })
    }
}

/// Reads the fields of a form.
pub(crate) async fn read(request: Request, web: &Web) -> Result<Fields, Response> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    if !content_type.is_some_and(|t| t.starts_with("application/x-www-form-urlencoded")) {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "A form was expected.").into_response());
    }
    let body = Bytes::from_request(request, web).await.map_err(IntoResponse::into_response)?;
    if body.len() > MOST {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "The form is too large.").into_response());
    }
    Ok(Fields::parse(&String::from_utf8_lossy(&body)))
}

/// Compares two tokens in a time that does not tell where they differ.
pub(crate) fn same(given: &str, wanted: &str) -> bool {
    !wanted.is_empty()
        && given.len() == wanted.len()
        && given.bytes().zip(wanted.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_repeated_ones_kept() {
        let fields = Fields::parse("csrf=a%2Bb&roles=x&roles=y&note=two+words%0A&bad=%zz&half=%4");
        assert_eq!(fields.get("csrf"), "a+b");
        assert_eq!(fields.all("roles"), ["x", "y"]);
        assert_eq!(fields.given("note"), Some("two words"));
        assert_eq!(fields.get("bad"), "%zz");
        assert_eq!(fields.get("half"), "%4");
        assert_eq!(fields.given("none"), None);
    }

    #[test]
    fn an_empty_token_is_never_right() {
        assert!(same("abc", "abc"));
        assert!(!same("abd", "abc") && !same("ab", "abc") && !same("", ""));
    }
}
