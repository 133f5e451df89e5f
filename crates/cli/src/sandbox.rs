//! `palabre sandbox`: the four vendors on this machine.

use std::error::Error;
use std::io::{self, IsTerminal, Write};

use clap::Args;
use palabre_sandbox::{ClientPair, Config, Credentials, MsgFlashKey, Sandbox};

/// Serve a sandbox that speaks like the four vendors, on this machine only, until it is stopped.
///
/// Example: palabre sandbox --port 8765 --seed 7
#[derive(Args, Debug)]
pub(crate) struct Arguments {
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

pub(crate) fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let clock = arguments
        .clock
        .as_deref()
        .map(|time| {
            time.parse().map_err(|_| {
                format!("--clock: {time:?} is not a time, such as 2026-11-22T10:00:00Z")
            })
        })
        .transpose()?;
    let sandbox = Sandbox::start(Config {
        port: arguments.port,
        seed: arguments.seed,
        credentials: arguments.credentials(),
        clock,
        ..Config::default()
    })?;
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
    out.flush()?;
    drop(out);
    sandbox.wait();
    Ok(())
}
