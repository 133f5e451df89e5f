//! `palabre sandbox`: the four vendors on this machine.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use palabre_sandbox::{ClientPair, Config, Credentials, MsgFlashKey, Sandbox};

use crate::exit::Failure;

/// The first line of a configuration file that a sandbox wrote, and may write again.
const MARK: &str =
    "# Written by `palabre sandbox`: accounts of a sandbox, which lives as long as that runs.";

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Address to listen on; one of this machine's own, others are refused
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Same seed, same data
    #[arg(long, default_value_t = Config::default().seed)]
    seed: u64,
    /// Time to start at, such as 2026-11-22T10:00:00Z; the time stands still then
    #[arg(long, value_name = "TIME")]
    clock: Option<String>,
    /// Print one line of JSON when ready, also on a terminal
    #[arg(long)]
    json: bool,
    /// Configuration file to write, with an account for each vendor; for PALABRE_CONFIG
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// API key that ReachFlow accepts; repeatable
    #[arg(long, value_name = "KEY")]
    reachflow_key: Vec<String>,
    /// API key that MsgFlash accepts; repeatable; KEY:TEAM for a team key
    #[arg(long, value_name = "KEY")]
    msgflash_key: Vec<String>,
    /// Client that 99digital accepts; repeatable
    #[arg(long = "99digital-client", value_name = "ID:SECRET", value_parser = pair)]
    ninetynine_digital_client: Vec<ClientPair>,
    /// Client that WapiFlow accepts; repeatable
    #[arg(long, value_name = "ID:SECRET", value_parser = pair)]
    wapiflow_client: Vec<ClientPair>,
}

fn pair(text: &str) -> Result<ClientPair, String> {
    match text.split_once(':') {
        Some((id, secret)) if !id.is_empty() && !secret.is_empty() => {
            Ok(ClientPair::new(id, secret))
        }
        _ => Err("write it as ID:SECRET".to_owned()),
    }
}

fn msgflash_key(text: &str) -> MsgFlashKey {
    match text.split_once(':') {
        Some((key, team)) => MsgFlashKey::team(key, team),
        None => MsgFlashKey::personal(text),
    }
}

impl Arguments {
    /// What is given replaces the default credentials of that vendor.
    fn credentials(&self) -> Credentials {
        let mut credentials = Credentials::default();
        if !self.reachflow_key.is_empty() {
            credentials.reachflow.clone_from(&self.reachflow_key);
        }
        if !self.msgflash_key.is_empty() {
            credentials.msgflash = self
                .msgflash_key
                .iter()
                .map(|key| msgflash_key(key))
                .collect();
        }
        if !self.ninetynine_digital_client.is_empty() {
            credentials
                .ninetynine_digital
                .clone_from(&self.ninetynine_digital_client);
        }
        if !self.wapiflow_client.is_empty() {
            credentials.wapiflow.clone_from(&self.wapiflow_client);
        }
        credentials
    }
}

/// Writes a configuration file with an account for each vendor of the sandbox.
fn write_config(path: &Path, sandbox: &Sandbox) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::file(path, &error);
    match fs::read_to_string(path) {
        Ok(text) if !text.is_empty() && !text.starts_with(MARK) => {
            return Err(Failure::Other(format!(
                "{}: is there already, and no sandbox wrote it; name another file",
                path.display()
            )));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let credentials = sandbox.credentials().to_json();
    let mut text = format!("{MARK}\n");
    for (vendor, base_url) in sandbox.base_urls() {
        // JSON texts are TOML texts.
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        text += &format!("\n[accounts.{vendor}]\nvendor = {}\n", quoted(vendor));
        text += &format!("base_url = {}\nrate_limit = 0\n", quoted(&base_url));
        for (name, value) in credentials[vendor].as_object().into_iter().flatten() {
            text += &format!("{name} = {value}\n");
        }
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Readable by its owner alone from the start, as temporary files are.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.persist(path)
        .map(|file: File| drop(file))
        .map_err(|error| failed(error.error))
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let clock = arguments
        .clock
        .as_deref()
        .map(|time| {
            time.parse().map_err(|_| {
                Failure::Other(format!(
                    "--clock: {time:?} is not a time, such as 2026-11-22T10:00:00Z"
                ))
            })
        })
        .transpose()?;
    let sandbox = Sandbox::start(Config {
        host: arguments.host.clone(),
        port: arguments.port,
        seed: arguments.seed,
        credentials: arguments.credentials(),
        clock,
        ..Config::default()
    })
    .map_err(|error| Failure::Other(error.to_string()))?;
    if let Some(path) = &arguments.config {
        write_config(path, &sandbox)?;
    }
    let mut out = io::stdout().lock();
    if arguments.json || !out.is_terminal() {
        writeln!(out, "{}", sandbox.announcement())?;
    } else {
        writeln!(
            out,
            "Sandbox at {} until Ctrl-C, with these credentials:",
            sandbox.url()
        )?;
        let credentials = sandbox.credentials().to_json();
        for (vendor, base_url) in sandbox.base_urls() {
            writeln!(out, "{vendor:10} {base_url}")?;
            for (name, value) in credentials[vendor].as_object().into_iter().flatten() {
                writeln!(out, "{:10}   {name}={value}", "")?;
            }
        }
    }
    if let (Some(path), true) = (&arguments.config, out.is_terminal()) {
        writeln!(
            out,
            "Accounts are in {0}: PALABRE_CONFIG={0}",
            path.display()
        )?;
    }
    out.flush()?;
    drop(out);
    sandbox.wait();
    Ok(())
}
