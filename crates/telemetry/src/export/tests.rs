use axum::http::HeaderMap;

use super::Format;

#[test]
fn the_form_of_an_answer_follows_the_query_then_the_header() {
    let header = |accept: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert("accept", accept.parse().unwrap());
        headers
    };
    for (asked, accept, expected) in [
        (None, "*/*", Format::Json),
        (None, "text/csv", Format::Csv),
        (None, "text/html, text/csv;q=0.9", Format::Csv),
        (None, "application/json, text/csv", Format::Json),
        (None, "application/vnd.apache.arrow.stream", Format::Arrow),
        (Some(Format::Csv), "application/json", Format::Csv),
    ] {
        assert_eq!(Format::of(asked, &header(accept)), expected, "{accept}");
    }
    assert_eq!(Format::of(None, &HeaderMap::new()), Format::Json);
}
