//! The source of a command's configuration.

use clap::Args;
use kobling::{config::Config, wiring::StartError};
use std::path::PathBuf;

#[derive(Args, Clone)]
pub(crate) struct Source {
    /// The configuration file.
    #[arg(long, short, default_value = "kobling.toml", env = "KOBLING_CONFIG")]
    config: PathBuf,
    /// Override a setting, such as `server.behind_proxy=true` (the value is TOML).
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE")]
    settings: Vec<String>,
    /// Use the demo in this data directory instead of a configuration file.
    #[cfg(feature = "demo")]
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

impl Source {
    pub(crate) fn load(&self) -> Result<Config, StartError> {
        #[cfg(feature = "demo")]
        if let Some(data_dir) = &self.data_dir {
            let options = kobling::demo::Options {
                data_dir: data_dir.clone(),
                port: 3000,
                database: None,
                settings: self.settings.clone(),
            };
            return kobling::demo::configuration(&options, 25);
        }
        Ok(Config::load(&self.config, &self.settings)?)
    }
}
