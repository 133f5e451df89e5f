//! People of nine countries: names, cities, numbers.

use fastrand::Rng;

/// A country with its names and the look of its mobile numbers.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) dial_code: &'static str,
    /// How often it comes up, beside the others of its list.
    weight: u32,
    /// The national number; each `#` is a digit.
    number: &'static str,
    given_names: &'static [&'static str],
    family_names: &'static [&'static str],
    cities: &'static [&'static str],
}

/// Somebody who is not.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) number: String,
    pub(super) city: String,
}

impl Region {
    pub(super) fn person(&self, random: &mut Rng) -> Person {
        let mut pick = |texts: &[&str]| texts[random.usize(..texts.len())].to_owned();
        let (given_name, family_name, city) = (
            pick(self.given_names),
            pick(self.family_names),
            pick(self.cities),
        );
        let number = self
            .number
            .chars()
            .map(|shown| {
                if shown == '#' {
                    random.digit(10)
                } else {
                    shown
                }
            })
            .collect();
        Person {
            given_name,
            family_name,
            number,
            city,
        }
    }
}

/// One of the regions, by their weights.
pub(super) fn region<'a>(regions: &'a [Region], random: &mut Rng) -> &'a Region {
    let mut left = random.u32(0..regions.iter().map(|region| region.weight).sum());
    let chosen = regions.iter().find(|region| {
        let is_chosen = left < region.weight;
        left = left.saturating_sub(region.weight);
        is_chosen
    });
    chosen.unwrap_or(&regions[0])
}

const fn region_of(country: &'static Country, weight: u32) -> Region {
    Region {
        dial_code: country.0,
        weight,
        number: country.1,
        given_names: country.2,
        family_names: country.3,
        cities: country.4,
    }
}

type Names = &'static [&'static str];
/// Dial code, number, given names, family names, cities.
type Country = (&'static str, &'static str, Names, Names, Names);

/// MsgFlash: a French company whose examples are from Benin.
pub(super) const WEST_AFRICA_FIRST: &[Region] = &[
    region_of(&BENIN, 40),
    region_of(&IVORY_COAST, 20),
    region_of(&SENEGAL, 15),
    region_of(&NIGERIA, 10),
    region_of(&GHANA, 8),
    region_of(&SPAIN, 4),
    region_of(&ISRAEL, 3),
];

/// WapiFlow: samples with a number of Bangladesh, pages in Spanish.
pub(super) const BANGLADESH_FIRST: &[Region] = &[
    region_of(&BANGLADESH, 40),
    region_of(&SPAIN, 25),
    region_of(&MEXICO, 15),
    region_of(&BENIN, 8),
    region_of(&ISRAEL, 7),
    region_of(&NIGERIA, 5),
];

const BENIN: Country = (
    "229",
    "0197######",
    &[
        "Awa",
        "Koffi",
        "Afiavi",
        "Sèna",
        "Rodrigue",
        "Mahougnon",
        "Ella",
        "Bignon",
        "Hawa",
        "Firmin",
    ],
    &[
        "Houngbédji",
        "Dossou",
        "Agossou",
        "Zinsou",
        "Adjovi",
        "Kiki",
        "Hounsou",
        "Gbaguidi",
    ],
    &[
        "Cotonou",
        "Porto-Novo",
        "Parakou",
        "Abomey-Calavi",
        "Ouidah",
    ],
);
const IVORY_COAST: Country = (
    "225",
    "07########",
    &[
        "Aya", "Kouadio", "Adjoua", "Yao", "Awa", "Mariam", "Serge", "Aminata",
    ],
    &[
        "Kouassi",
        "Koné",
        "Traoré",
        "N'Guessan",
        "Ouattara",
        "Bamba",
        "Yapi",
    ],
    &["Abidjan", "Bouaké", "Yamoussoukro", "San-Pédro"],
);
const SENEGAL: Country = (
    "221",
    "77#######",
    &[
        "Awa",
        "Mamadou",
        "Fatou",
        "Ousmane",
        "Ndèye",
        "Cheikh",
        "Aïssatou",
        "Ibrahima",
    ],
    &[
        "Diop", "Ndiaye", "Fall", "Sow", "Ba", "Sarr", "Gueye", "Cissé",
    ],
    &["Dakar", "Thiès", "Saint-Louis", "Kaolack"],
);
const NIGERIA: Country = (
    "234",
    "803#######",
    &[
        "Chinedu",
        "Ngozi",
        "Oluwaseun",
        "Amaka",
        "Ibrahim",
        "Folake",
        "Emeka",
        "Zainab",
    ],
    &[
        "Okafor", "Adeyemi", "Balogun", "Eze", "Musa", "Ogunleye", "Nwosu",
    ],
    &["Lagos", "Abuja", "Ibadan", "Kano", "Port Harcourt"],
);
const GHANA: Country = (
    "233",
    "24#######",
    &["Kwame", "Akosua", "Kofi", "Abena", "Yaw", "Efua"],
    &["Mensah", "Owusu", "Boateng", "Asante", "Amoah", "Darko"],
    &["Accra", "Kumasi", "Tamale", "Takoradi"],
);
const SPAIN: Country = (
    "34",
    "6########",
    &[
        "Lucía", "Martín", "Sofía", "Hugo", "Íñigo", "Carmen", "Álvaro", "Nuria", "Begoña",
    ],
    &[
        "García",
        "Fernández",
        "López",
        "Martínez",
        "Núñez",
        "Ibáñez",
        "Muñoz",
        "Ortega",
    ],
    &["Madrid", "Barcelona", "Valencia", "Sevilla", "Málaga"],
);
const ISRAEL: Country = (
    "972",
    "54#######",
    &[
        "Noa", "Yossi", "Tamar", "Avi", "Shira", "Eitan", "Maya", "Omer",
    ],
    &[
        "Cohen", "Levi", "Mizrahi", "Peretz", "Biton", "Friedman", "Haddad",
    ],
    &["Tel Aviv", "Haifa", "Jerusalem", "Beersheba", "Netanya"],
);
const BANGLADESH: Country = (
    "880",
    "17########",
    &[
        "Rahim", "Ayesha", "Tanvir", "Nusrat", "Sumaiya", "Arif", "Farhana", "Imran", "Mim",
        "Jahid",
    ],
    &[
        "Hossain",
        "Rahman",
        "Akter",
        "Islam",
        "Chowdhury",
        "Khatun",
        "Sarkar",
        "Ahmed",
    ],
    &["Dhaka", "Chattogram", "Khulna", "Sylhet", "Rajshahi"],
);
const MEXICO: Country = (
    "52",
    "55########",
    &[
        "Guadalupe",
        "José",
        "Ximena",
        "Diego",
        "Valeria",
        "Emiliano",
        "Regina",
    ],
    &[
        "Hernández",
        "Ramírez",
        "Cruz",
        "Flores",
        "Jiménez",
        "Reyes",
        "Peña",
    ],
    &["Ciudad de México", "Guadalajara", "Monterrey", "Puebla"],
);
