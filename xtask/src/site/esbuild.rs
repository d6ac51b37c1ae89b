//! The bundler and minifier of JavaScript and CSS, as installed from npm in `style`.

use std::process::Command;

use crate::run;

/// esbuild with the arguments that scripts and styles share.
pub fn esbuild() -> Command {
    let style = run::root().join("style");
    let mut command = Command::new(style.join("node_modules/.bin/esbuild"));
    command
        .current_dir(style)
        .args(["--bundle", "--minify", "--log-level=warning"]);
    command
}
