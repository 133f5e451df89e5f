//! Secrets that a command prints.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use palabre_model::mask_numbers;

use super::Finding;
use super::secret::{CommandLine, LONGEST};

/// How long a command may take: enough to unlock a password manager by hand.
const LIMIT: Duration = Duration::from_secs(30);

/// How long a process may be that the command left behind and that holds its output open.
const GRACE: Duration = Duration::from_millis(200);

/// Runs a command and gives what it printed.
pub(super) fn run(line: &CommandLine, folder: &Path) -> Result<String, Finding> {
    run_within(line, folder, LIMIT)
}

fn run_within(line: &CommandLine, folder: &Path, limit: Duration) -> Result<String, Finding> {
    let mut command = command(line);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if folder.is_dir() {
        command.current_dir(folder);
    }
    let end = Instant::now() + limit;
    let mut child = command
        .spawn()
        .map_err(|error| Finding::error(format!("the command cannot be started: {error}")))?;
    let output = collect(child.stdout.take());
    let errors = collect(child.stderr.take());
    let status = wait(&mut child, end);
    if !matches!(status, Ok(Some(_))) {
        // It may have ended by itself meanwhile, and then there is nothing to kill.
        let _ = child.kill();
        let _ = child.wait();
    }
    let (output, errors) = (finish(&output), finish(&errors));
    match status {
        Ok(Some(status)) if status.success() => {}
        Ok(Some(status)) => return Err(failed(status, &output, &errors)),
        Ok(None) => {
            let problem = format!("the command did not end within {} s", limit.as_secs_f64());
            return Err(Finding::error(problem).hint("run it by hand to see what it waits for"));
        }
        Err(error) => return Err(Finding::error(format!("the command was lost: {error}"))),
    }
    if output.len() > LONGEST {
        return Err(Finding::error("the command printed too much for a secret"));
    }
    String::from_utf8(output)
        .map_err(|_| Finding::error("the command printed something else than a text"))
}

fn command(line: &CommandLine) -> Command {
    match line {
        CommandLine::Program(words) => {
            // A list without a program was refused when the file was read.
            let mut command = Command::new(words.first().map_or("", String::as_str));
            command.args(words.iter().skip(1));
            command
        }
        CommandLine::Shell(line) => {
            let (shell, flag) = if cfg!(windows) {
                ("cmd", "/C")
            } else {
                ("/bin/sh", "-c")
            };
            let mut command = Command::new(shell);
            command.args([flag, line]);
            command
        }
    }
}

/// Waits for the end; `None` when the time is over.
fn wait(child: &mut Child, end: Instant) -> std::io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Reads a pipe in a thread of its own: a command that fills one pipe would wait for ever otherwise.
fn collect(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = sync_channel(LONGEST / 1024 + 1);
    if let Some(mut pipe) = pipe {
        thread::spawn(move || {
            let mut chunk = [0; 1024];
            while let Ok(count @ 1..) = pipe.read(&mut chunk) {
                // What is too much is read, so that the command can end, and dropped.
                let _ = sender.try_send(chunk[..count].to_vec());
            }
        });
    }
    receiver
}

fn finish(chunks: &Receiver<Vec<u8>>) -> Vec<u8> {
    let mut all = Vec::new();
    let end = Instant::now() + GRACE;
    loop {
        match chunks.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(chunk) => all.extend(chunk),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return all,
        }
    }
}

/// What a command says of its failure, without what it printed as the secret.
fn failed(status: ExitStatus, output: &[u8], errors: &[u8]) -> Finding {
    const MOST: usize = 300;
    let mut said = String::from_utf8_lossy(errors).into_owned();
    for secret in String::from_utf8_lossy(output).split_whitespace() {
        if secret.len() >= 4 {
            said = said.replace(secret, "***");
        }
    }
    let words: Vec<_> = said.split_whitespace().collect();
    let said: String = mask_numbers(&words.join(" ")).chars().take(MOST).collect();
    let said = if said.is_empty() {
        "it said nothing"
    } else {
        &said
    };
    Finding::error(format!("the command failed ({status}): {said}"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(line: &str) -> Result<String, Finding> {
        let line = CommandLine::Shell(line.into());
        run_within(&line, Path::new("/"), Duration::from_millis(500))
    }

    #[test]
    fn a_command_gives_what_it_prints() {
        let words = ["printf", "%s", "key 1"].map(str::to_owned).to_vec();
        let run = run_within(&CommandLine::Program(words), Path::new("/"), LIMIT);
        assert_eq!(run.as_deref(), Ok("key 1"));
        assert_eq!(shell("echo key; pwd").as_deref(), Ok("key\n/\n"));
    }

    #[test]
    fn a_command_that_fails_says_why_and_never_the_secret() {
        let finding =
            shell("echo secret-1; echo locked: secret-1 >&2; exit 3").expect_err("failed");
        assert_eq!(
            finding.message,
            "the command failed (exit status: 3): locked: ***"
        );
        let finding = shell("exit 1").expect_err("failed");
        assert!(finding.message.ends_with("it said nothing"), "{finding}");
    }

    #[test]
    fn a_command_that_does_not_end_is_ended() {
        let start = Instant::now();
        let finding = shell("exec sleep 60").expect_err("too slow");
        assert!(
            finding.message.contains("did not end within 0.5 s"),
            "{finding}"
        );
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_command_that_leaves_a_process_behind_is_not_waited_for() {
        let start = Instant::now();
        assert_eq!(shell("sleep 60 & echo key").as_deref(), Ok("key\n"));
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_command_that_prints_without_end_is_refused() {
        let finding = shell("head -c 1000000 /dev/zero").expect_err("too much");
        assert!(finding.message.contains("too much"), "{finding}");
        let finding = shell("exec yes").expect_err("no end");
        assert!(finding.message.contains("did not end"), "{finding}");
    }

    #[test]
    fn a_program_that_does_not_exist_is_said() {
        let line = CommandLine::Program(vec!["/no/such/program".into()]);
        let finding = run(&line, Path::new("/")).expect_err("no program");
        assert!(finding.message.contains("cannot be started"), "{finding}");
    }
}
