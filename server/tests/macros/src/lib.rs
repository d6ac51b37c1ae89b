//! The attribute of the server's tests.

use proc_macro::{Delimiter, Group, LexError, TokenStream, TokenTree};

/// Runs an asynchronous test that takes an `Engine` on each engine, as `support::db::each_engine` does. The arguments
/// of the attribute are passed to `#[tokio::test]`.
#[proc_macro_attribute]
pub fn on_each_engine(options: TokenStream, test: TokenStream) -> TokenStream {
    expanded(&options, test).unwrap_or_default()
}

fn expanded(options: &TokenStream, test: TokenStream) -> Result<TokenStream, LexError> {
    let name = test
        .clone()
        .into_iter()
        .skip_while(|token| token.to_string() != "fn")
        .nth(1)
        .map_or_else(String::new, |name| name.to_string());
    let mut out: TokenStream = format!("#[::tokio::test({options})] async fn {name}()").parse()?;
    let mut body = test;
    body.extend(format!("crate::support::db::each_engine({name}).await;").parse::<TokenStream>()?);
    out.extend([TokenTree::Group(Group::new(Delimiter::Brace, body))]);
    Ok(out)
}
