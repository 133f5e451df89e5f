//! The command line as a whole.

use clap::{CommandFactory, Parser, Subcommand};

use crate::exit::{self, Failure};
use crate::interrupt::or_interrupt;
use crate::many::ledger::Ledger;
use crate::nouns::contacts::Contacts;
use crate::nouns::conversations::Conversations;
use crate::nouns::groups::Groups;
use crate::nouns::messages::Messages;
use crate::nouns::numbers::Numbers;
use crate::nouns::otp::Otp;
use crate::nouns::stats::Stats;
use crate::nouns::templates::Templates;
use crate::options::ReadMany;
use crate::{accounts, call, capabilities, completions, sandbox};

/// One typed client for WhatsApp messaging vendors: ReachFlow, MsgFlash, 99digital and WapiFlow
///
/// Accounts come from a configuration file and the environment: `palabre accounts` shows them,
/// `palabre doctor` says what is wrong with them. A list asks every account that can answer; a
/// single object and a write are for one account. The options below may stand here or after the verb.
#[derive(Debug, Parser)]
#[command(
    name = "palabre",
    version,
    arg_required_else_help = true,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{}", exit::HELP),
    max_term_width = 100
)]
pub(crate) struct Arguments {
    /// Only shown here: they are moved to the command that is for.
    #[command(flatten)]
    _early: ReadMany,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  palabre sandbox --config sandbox.toml
  palabre contacts list --config sandbox.toml
  palabre --config sandbox.toml --account msgflash contacts list";

#[derive(Debug, Subcommand)]
enum Command {
    /// WhatsApp numbers of the accounts
    #[command(subcommand, after_help = "Example:\n  palabre numbers list")]
    Numbers(Numbers),
    /// The address book
    #[command(
        subcommand,
        after_help = "Example:\n  palabre contacts list --search awa"
    )]
    Contacts(Contacts),
    /// Groups of contacts
    #[command(subcommand, after_help = "Example:\n  palabre groups list")]
    Groups(Groups),
    /// The inbox
    #[command(
        subcommand,
        after_help = "Example:\n  palabre conversations list --status pending"
    )]
    Conversations(Conversations),
    /// Sending, and what became of it
    #[command(
        subcommand,
        after_help = "Example:\n  palabre messages send --account wapiflow --to +8801988000000 \\\n      --text Hello --dry-run"
    )]
    Messages(Messages),
    /// Campaigns: how far they have come, and what a person decides about them
    #[command(subcommand, after_help = "Example:\n  palabre ledger show campaign.db")]
    Ledger(Ledger),
    /// One-time codes
    #[command(
        subcommand,
        after_help = "Example:\n  palabre otp verify 9c8b7a60-5d4e-4f3a-8b2c-1d0e9f8a7b6c 402100 --dry-run"
    )]
    Otp(Otp),
    /// Approved templates
    #[command(subcommand, after_help = "Example:\n  palabre templates list")]
    Templates(Templates),
    /// Statistics, in each vendor's own definitions
    #[command(
        subcommand,
        after_help = "Example:\n  palabre stats monthly --start 2025-01 --end 2025-06"
    )]
    Stats(Stats),
    /// Call any operation of a vendor's spec and print its answer
    ///
    /// An operation that writes or sends asks first, and needs --yes where there is no terminal to
    /// ask on.
    #[command(
        after_help = "Examples:\n  palabre call list_contact_groups --account msgflash --param limit=20\n  palabre call create_contact --account msgflash --param name=Awa \\\n      --param phone=+2290101000000 \\\n      --param-json meta='{\"source\": \"fair\"}' --dry-run"
    )]
    Call(call::Arguments),
    /// Serve a sandbox that speaks like the four vendors, on this machine only, until it is stopped
    #[command(
        after_help = "Examples:\n  palabre sandbox --port 8765 --seed 7\n  palabre sandbox --config sandbox.toml"
    )]
    Sandbox(sandbox::Arguments),
    /// List the accounts, and where each of their settings comes from
    #[command(after_help = "Example:\n  palabre accounts --profile acme")]
    Accounts(accounts::Accounts),
    /// Show what each vendor can do, and how
    #[command(after_help = "Example:\n  palabre capabilities contacts.delete_many")]
    Capabilities(capabilities::Arguments),
    /// Say what is wrong with the configuration
    #[command(after_help = "Example:\n  palabre doctor --online")]
    Doctor(accounts::Doctor),
    /// Write completions for a shell, or man pages
    #[command(
        after_help = "Examples:\n  palabre completions bash\n  palabre completions man --dir man1"
    )]
    Completions(completions::Arguments),
}

/// The command line, for completions, man pages and tests.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Sandbox(arguments) => sandbox::run(&arguments),
            Command::Capabilities(arguments) => capabilities::run(&arguments),
            Command::Completions(arguments) => completions::run(&arguments, command()),
            Command::Accounts(accounts) => accounts.run(),
            command => {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map_err(|error| Failure::Other(format!("no runtime: {error}")))?;
                let done = runtime.block_on(command.talk());
                // A thread may still wait for an answer that nobody wants any more.
                runtime.shutdown_background();
                done
            }
        }
    }
}

impl Command {
    /// The commands that talk to vendors.
    async fn talk(self) -> Result<(), Failure> {
        match self {
            // An import hears Ctrl-C itself: it has a report to finish.
            Self::Contacts(Contacts::Import(import)) => crate::import::run(import).await,
            // So does a campaign: what is under way has a moment to be answered.
            Self::Messages(Messages::SendMany(send)) => send.run().await,
            Self::Numbers(numbers) => or_interrupt(numbers.run()).await,
            Self::Contacts(contacts) => or_interrupt(contacts.run()).await,
            Self::Groups(groups) => or_interrupt(groups.run()).await,
            Self::Conversations(conversations) => or_interrupt(conversations.run()).await,
            Self::Messages(messages) => or_interrupt(messages.run()).await,
            Self::Otp(otp) => or_interrupt(otp.run()).await,
            Self::Templates(templates) => or_interrupt(templates.run()).await,
            Self::Stats(stats) => or_interrupt(stats.run()).await,
            Self::Ledger(ledger) => ledger.run().await,
            Self::Call(arguments) => or_interrupt(call::run(arguments)).await,
            Self::Doctor(doctor) => or_interrupt(doctor.run()).await,
            Self::Sandbox(_) | Self::Capabilities(_) | Self::Completions(_) | Self::Accounts(_) => {
                Ok(())
            }
        }
    }
}
