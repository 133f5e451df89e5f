//! Runs that end within the process: dropped at any await, at any message, before any write.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{Either, select};
use palabre::ledger::{Ended, Report, rows};
use palabre::{Client, ErrorKind};

use super::plan::{End, Plan, bare};
use super::{Place, agree, campaigns, is_before_the_plan};

/// Seen to fail when rows are marked with the answer and not before the request, when the next run or
/// one that is given up plans again what was under way, when an outcome that is not known is taken for
/// none, when a send is repeated after an answer that says nothing, when a run does not look whether
/// another one has begun, when a second try makes the first one forgotten, and when a message from
/// before the run is taken for a row's.
#[test]
fn nobody_gets_anything_twice_wherever_a_run_ends() {
    let test = "nobody_gets_anything_twice_wherever_a_run_ends";
    let toll = campaigns(test, 200, |place, plan, toll| {
        for life in 0..plan.lives {
            let (end, chaos) = plan.life(life);
            place.meet(plan, life, chaos);
            let lived = place.runtime.block_on(live(place, plan, life, end));
            toll.life(lived.map_err(|error| format!("life {life}, {end:?}: {error}"))?);
            agree(place, plan).map_err(|what| format!("life {life}, {end:?}: {what}"))?;
            place.decide(plan, life)?;
        }
        place.end(plan, toll)
    });
    // A test in which nothing went wrong has tested nothing.
    assert!(toll.deaths() > 0 && toll.faults() > 0, "{toll}");
    assert!(toll.rows("accepted") > 0, "{toll}");
    for cause in ["look_up", "person", "recovery"] {
        assert!(toll.events(cause) > 0, "no {cause}: {toll}");
    }
}

/// Lives until the end, or until the campaign's; tells how it ended.
async fn live(place: &Place, plan: &Plan, life: usize, end: End) -> Result<&'static str, String> {
    let client = client(place, plan);
    let many = plan.many(&place.ledger());
    let stop = many.stop.clone();
    if let End::Work(work) = end {
        stop.dies_at(work);
    }
    let has_begun = palabre::ledger::Ledger::open(place.ledger()).is_ok();
    let run = async {
        match plan.gives_rows(life) || !has_begun {
            true => send(&client, plan, many).await,
            false => client.resume(bare(many)).await,
        }
    };
    let mut run = pin!(run);
    let before = arrived(place);
    let report = match end {
        End::Polls(polls) => {
            let mut left = polls;
            let limited = std::future::poll_fn(|context| {
                if left == 0 {
                    return Poll::Ready(None);
                }
                left -= 1;
                run.as_mut().poll(context).map(Some)
            });
            match limited.await {
                None => return Ok("dropped at an await"),
                Some(report) => report,
            }
        }
        End::Work(_) => run.await,
        End::Arrivals(count) => {
            let arrival = pin!(arrival(place, before + count));
            match select(run, arrival).await {
                Either::Left((report, _)) => report,
                Either::Right(_) => return Ok("dropped at a message"),
            }
        }
        End::Rival(count) => {
            let arrival = pin!(arrival(place, before + count));
            match select(run, arrival).await {
                Either::Left((report, _)) => report,
                Either::Right(((), run)) => return rival(place, plan, run).await,
            }
        }
        End::Stop(count) => {
            let arrival = pin!(arrival(place, before + count));
            match select(run, arrival).await {
                Either::Left((report, _)) => report,
                Either::Right(((), run)) => {
                    stop.ask();
                    run.await
                }
            }
        }
    };
    match (report, end) {
        (Ok(report), _) => Ok(match report.ended {
            Ended::Done => "whole",
            Ended::Stopped => "stopped",
            _ => "ended by the vendor",
        }),
        (Err(error), End::Work(_)) if error.kind() == ErrorKind::Config => Ok("dead at a write"),
        // It was asked to end before everything was planned.
        (Err(error), End::Stop(_)) if error.kind() == ErrorKind::Config => Ok("stopped"),
        // Which number sends could not be found out, so nothing was planned.
        (Err(error), _) if is_before_the_plan(&error, has_begun) => Ok("ended by a look-up"),
        (Err(error), _) => Err(error.to_string()),
    }
}

/// Another run begins while one goes on, without a lock between them.
async fn rival(
    place: &Place,
    plan: &Plan,
    run: impl Future<Output = palabre::Result<Report>>,
) -> Result<&'static str, String> {
    let lock = place.ledger().with_file_name("campaign.db-lock");
    std::fs::remove_file(lock).map_err(|error| error.to_string())?;
    let other = client(place, plan);
    let (run, other) = tokio::join!(run, other.resume(bare(plan.many(&place.ledger()))));
    other.map_err(|error| format!("the other run: {error}"))?;
    match run {
        Ok(_) => Ok("beside another one"),
        Err(error) if error.message().contains("another run has taken over") => Ok("taken over"),
        Err(error) => Err(error.to_string()),
    }
}

fn client(place: &Place, plan: &Plan) -> Client {
    plan.client(
        &place.sandbox().base_url(plan.vendor.id()).unwrap(),
        place.stage.credentials(plan.vendor),
    )
}

async fn send(
    client: &Client,
    plan: &Plan,
    many: palabre::ledger::Many,
) -> palabre::Result<Report> {
    let people = rows(plan.rows());
    client.messages().send_many(people, many).await
}

fn arrived(place: &Place) -> usize {
    place.sandbox().sent().len()
}

async fn arrival(place: &Place, count: usize) {
    while arrived(place) < count {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
