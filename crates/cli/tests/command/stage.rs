//! A sandbox, a configuration file for it, and the command.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use palabre_sandbox::{Config, JournalEntry, Sandbox};
use serde_json::Value;

pub struct Stage {
    pub sandbox: Sandbox,
    pub folder: tempfile::TempDir,
}

/// What a run of the command did.
#[derive(Debug)]
pub struct Done {
    pub status: i32,
    pub output: String,
    pub bytes: Vec<u8>,
    pub errors: String,
}

impl Stage {
    pub fn new() -> Self {
        let sandbox = Sandbox::start(Config {
            seed: 7,
            clock: Some("2026-11-22T10:00:00Z".parse().unwrap()),
            ..Config::default()
        })
        .unwrap();
        let stage = Self {
            sandbox,
            folder: tempfile::tempdir().unwrap(),
        };
        // Two accounts with contacts, one each of the others.
        let text = [
            stage.account("support", "reachflow"),
            stage.account("crm", "msgflash"),
            stage.account("resale", "99digital"),
            stage.account("shop", "wapiflow"),
        ]
        .concat();
        stage.write("config.toml", &text);
        stage
    }

    /// An account of the sandbox as the configuration file has it.
    pub fn account(&self, name: &str, vendor: &str) -> String {
        let base_url = self.sandbox.base_url(vendor).unwrap();
        let mut text = format!("[accounts.{name}]\nvendor = '{vendor}'\nbase_url = '{base_url}'\n");
        let known = self.sandbox.credentials().to_json();
        for (key, value) in known[vendor].as_object().unwrap() {
            text += &format!("{key} = {value}\n");
        }
        text
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Every file of the folder.
    pub fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().to_str().unwrap().to_owned());
        let mut names: Vec<_> = names.filter(|name| name != "config.toml").collect();
        names.sort();
        names
    }

    /// The command with this stage's configuration.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_palabre"));
        for (name, _) in std::env::vars() {
            if name.starts_with("PALABRE_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .env("PALABRE_CONFIG", self.path("config.toml"))
            .env("PALABRE_LOOPBACK_ONLY", "1")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Done {
        done(self.command(arguments).output().unwrap())
    }

    /// Runs with something to read on the standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Done {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that refuses its arguments may end before it reads.
        match stdin.write_all(input.as_bytes()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => panic!("{error}"),
            _ => drop(stdin),
        }
        done(child.wait_with_output().unwrap())
    }

    /// What a run prints, which must go well.
    pub fn prints(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        assert_eq!((done.status, &*done.errors), (0, ""), "{arguments:?}");
        done.output
    }

    /// The rows that a run prints as JSON lines.
    pub fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        rows(&self.prints(arguments))
    }

    /// The requests that arrived and are no reads.
    pub fn written(&self) -> Vec<JournalEntry> {
        let mut requests = self.sandbox.journal();
        requests.retain(|request| {
            let operation = request.operation.unwrap_or_default();
            !operation.starts_with("get_")
                && !operation.starts_with("list_")
                && operation != "create_access_token"
        });
        requests
    }

    pub fn fault(&self, fault: Value) {
        self.sandbox
            .add_fault(serde_json::from_value(fault).unwrap());
    }
}

pub fn done(output: std::process::Output) -> Done {
    Done {
        status: output.status.code().unwrap_or(-1),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        bytes: output.stdout,
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

/// JSON lines.
pub fn rows(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
