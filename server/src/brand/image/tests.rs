use super::*;

fn svg(inside: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 40 20\">{inside}</svg>"
    )
}

fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in chunks {
        file.extend(u32::try_from(data.len()).expect("short").to_be_bytes());
        file.extend(*kind);
        file.extend(data);
        // The checksum, which browsers verify.
        file.extend([0; 4]);
    }
    file
}

fn header(width: u32, height: u32) -> Vec<u8> {
    let mut data = [width.to_be_bytes(), height.to_be_bytes()].concat();
    data.extend([8, 6, 0, 0, 0]);
    data
}

#[test]
fn a_drawing_is_accepted() {
    for inside in [
        "<path d=\"M0 0h40v20z\" fill=\"#0b5d8a\"/>",
        "<title>Nordvik</title><g transform=\"scale(2)\"><circle cx=\"1\" cy=\"1\" r=\"1\"/></g>",
        "<defs><linearGradient id=\"a\"><stop offset=\"0\" stop-color=\"red\"/></linearGradient>\
         <linearGradient id=\"b\" xlink:href=\"#a\"/></defs><rect width=\"4\" height=\"2\" fill=\"url(#b)\"/>",
        "<style>.a{fill:url( '#b')}@media (prefers-color-scheme:dark){.a{fill:#fff}}</style><path class=\"a\" d=\"M0 0\"/>",
        "<!-- made by hand --><path d=\"M0 0\" style=\"stroke:none\" xml:space=\"preserve\"/>",
    ] {
        let image = check(svg(inside).as_bytes()).expect(inside);
        assert_eq!(
            image,
            Image {
                format: Format::Svg,
                ratio: 2.0
            }
        );
    }
    let sized = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30px\" height=\"20\"/>";
    assert_eq!(check(sized.as_bytes()).map(|image| image.ratio), Ok(1.5));
    let file = png(&[
        (b"IHDR", header(64, 32)),
        (b"IDAT", vec![0]),
        (b"IEND", vec![]),
    ]);
    assert_eq!(
        check(&file),
        Ok(Image {
            format: Format::Png,
            ratio: 2.0
        })
    );
}

#[test]
fn an_svg_that_does_more_than_draw_is_refused() {
    for (inside, named) in [
        ("<script>alert(1)</script>", "<script>"),
        (
            "<script xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "<script>",
        ),
        (
            "<x:script xmlns:x=\"http://www.w3.org/2000/svg\"/>",
            "<script>",
        ),
        (
            "<foreignObject><b xmlns=\"http://www.w3.org/1999/xhtml\"/></foreignObject>",
            "<foreignObject>",
        ),
        (
            "<iframe xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "<iframe>",
        ),
        ("<image href=\"https://x.example/a.png\"/>", "<image>"),
        ("<use href=\"#a\"/>", "<use>"),
        ("<a href=\"javascript:alert(1)\"/>", "<a>"),
        (
            "<g><set attributeName=\"href\" to=\"javascript:alert(1)\"/></g>",
            "<set>",
        ),
        ("<animate attributeName=\"x\"/>", "<animate>"),
        ("<filter id=\"a\"/>", "<filter>"),
        ("<path onload=\"alert(1)\"/>", "onload"),
        ("<path ONLOAD=\"alert(1)\"/>", "ONLOAD"),
        ("<path xlink:title=\"a\"/>", "title"),
        ("<path xml:base=\"https://x.example\"/>", "base"),
        ("<path filter=\"url(#a)\"/>", "filter"),
        (
            "<linearGradient href=\"https://x.example/a.svg#b\"/>",
            "href",
        ),
        ("<linearGradient xlink:href=\"a.svg#b\"/>", "href"),
        ("<linearGradient href=\" #a\"/>", "href"),
        ("<path fill=\"url(https://x.example/a.svg#b)\"/>", "fill"),
        ("<path fill=\"URL('//x.example/#b')\"/>", "fill"),
        ("<path fill=\"url(#a) url(b.svg)\"/>", "fill"),
        ("<path style=\"fill:u\\72l(https://x.example)\"/>", "style"),
        ("<path style=\"fill:image-set('a.png' 1x)\"/>", "style"),
        (
            "<style>@import 'https://x.example/a.css';</style>",
            "<style>",
        ),
        (
            "<style><![CDATA[path{fill:url(//x.example)}]]></style>",
            "<style>",
        ),
        ("<style>a{}<!-- -->@import 'x';</style>", "<style>"),
        (
            "<?xml-stylesheet href=\"https://x.example/a.css\"?>",
            "processing instruction",
        ),
        ("<path d=\"&xxe;\"/>", "is not an SVG"),
        ("<path", "is not an SVG"),
    ] {
        let error = check(svg(inside).as_bytes()).expect_err(inside);
        assert!(error.contains(named), "{inside}: {error}");
    }
}

#[test]
fn entities_cannot_expand() {
    let bomb = "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>";
    let file = format!("{bomb}{}", svg("<title>&b;</title>"));
    let error = check(file.as_bytes()).expect_err("a document type");
    assert!(error.contains("DTD"), "{error}");
    let external = format!("<!DOCTYPE svg SYSTEM \"file:///etc/passwd\">{}", svg(""));
    assert!(check(external.as_bytes()).is_err());
    let many = check(svg(&"<g/>".repeat(5_001)).as_bytes()).expect_err("many elements");
    assert!(many.contains("is not an SVG"), "{many}");
    let deep = format!("{}{}", "<g>".repeat(4_000), "</g>".repeat(4_000));
    assert!(
        check(svg(&deep).as_bytes()).is_ok(),
        "deep, and within the limits"
    );
}

#[test]
fn what_is_no_image_is_refused() {
    let good = png(&[
        (b"IHDR", header(8, 8)),
        (b"IDAT", vec![0]),
        (b"IEND", vec![]),
    ]);
    let behind = [good.as_slice(), b"<script>"].concat();
    let too_large = vec![b' '; MOST + 1];
    let cases: [(&[u8], &str); 16] = [
        (b"", "is not an SVG"),
        (b"GIF89a", "is not an SVG"),
        (b"\xff\xd8\xff\xe0", "neither SVG"),
        (b"<html><body onload=\"alert(1)\"/></html>", "is not an SVG"),
        (b"<svg viewBox=\"0 0 1 1\"/>", "namespace"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "viewBox"),
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 0 1\"/>",
            "viewBox",
        ),
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 NaN inf\"/>",
            "viewBox",
        ),
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 11 1\"/>",
            "ten times",
        ),
        (&too_large, "more than 65536"),
        (&good[..20], "cut off"),
        (&good[..good.len() - 1], "cut off"),
        (&behind, "valid PNG"),
        (&png(&[(b"IDAT", vec![0]), (b"IEND", vec![])]), "valid PNG"),
        (
            &png(&[
                (b"IHDR", header(4_000, 8)),
                (b"IDAT", vec![0]),
                (b"IEND", vec![]),
            ]),
            "2048",
        ),
        (
            &png(&[
                (b"IHDR", header(8, 8)),
                (b"acTL", vec![0]),
                (b"IEND", vec![]),
            ]),
            "animated",
        ),
    ];
    for (file, named) in cases {
        let error = check(file).expect_err(named);
        assert!(error.contains(named), "{named}: {error}");
    }
}
