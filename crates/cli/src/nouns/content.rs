//! What a message says, as options.

use clap::Args;
use palabre::{Location, NewMessage};

use super::fields::media;
use crate::exit::Failure;
use crate::options::Extra;

#[derive(Args, Debug)]
pub(super) struct Content {
    /// Recipient, in international form
    #[arg(long, value_name = "PHONE")]
    pub(super) to: String,
    /// Number to send from, or its identifier at the vendor
    ///
    /// If it is not given, the account's default, or its only connected number.
    #[arg(long, value_name = "PHONE|ID")]
    from: Option<String>,
    /// Text, or caption of a file; write --text=-… if it begins with a dash
    #[arg(long)]
    text: Option<String>,
    /// Picture: a file, or its https address; each vendor takes one of the two
    #[arg(long, value_name = "FILE|LINK")]
    image: Option<String>,
    /// Document
    #[arg(long, value_name = "FILE|LINK")]
    document: Option<String>,
    /// Video
    #[arg(long, value_name = "FILE|LINK")]
    video: Option<String>,
    /// Sound
    #[arg(long, value_name = "FILE|LINK")]
    audio: Option<String>,
    /// Place in degrees; write --location=-6.1,2.4 south of the equator
    #[arg(long, value_name = "LATITUDE,LONGITUDE", value_parser = place)]
    location: Option<(f64, f64)>,
    /// What is at the place; shown together with the address
    #[arg(long, value_name = "TEXT", requires = "location")]
    location_name: Option<String>,
    /// Where the place is; shown together with the name
    #[arg(long, value_name = "TEXT", requires = "location")]
    location_address: Option<String>,
    /// Identifier of a call-to-action button that is stored at the vendor
    #[arg(long, value_name = "ID")]
    cta_id: Option<String>,
    /// Identifier of an interactive list that is stored at the vendor
    #[arg(long, value_name = "ID")]
    list_id: Option<String>,
    /// Name of the request: under it the vendor does it once, however often it comes (ReachFlow)
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    #[command(flatten)]
    extra: Extra,
}

fn place(text: &str) -> Result<(f64, f64), String> {
    let read = |text: &str| {
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|value| value.is_finite())
    };
    text.split_once(',')
        .and_then(|(latitude, longitude)| Some((read(latitude)?, read(longitude)?)))
        .ok_or_else(|| "write it as LATITUDE,LONGITUDE in degrees, such as 6.37,2.39".to_owned())
}

impl Content {
    pub(super) fn read(self) -> Result<NewMessage, Failure> {
        Ok(NewMessage {
            to: self.to,
            from: self.from,
            text: self.text,
            image: media("image", self.image.as_deref())?,
            document: media("document", self.document.as_deref())?,
            video: media("video", self.video.as_deref())?,
            audio: media("audio", self.audio.as_deref())?,
            location: self.location.map(|(latitude, longitude)| Location {
                latitude,
                longitude,
                name: self.location_name,
                address: self.location_address,
            }),
            cta_id: self.cta_id,
            list_id: self.list_id,
            idempotency_key: self.idempotency_key,
            extra: self.extra.to_map().map_err(Failure::Usage)?,
        })
    }
}
