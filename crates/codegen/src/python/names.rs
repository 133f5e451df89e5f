//! Names that Python takes.

use std::collections::BTreeSet;

use heck::ToPascalCase;

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// What a module uses itself, so that no type may be called like it.
const MODULE: [&str; 14] = [
    "Any",
    "AsyncOperations",
    "Ellipsis",
    "EllipsisType",
    "File",
    "Literal",
    "Mapping",
    "NotRequired",
    "Operations",
    "RetryPolicy",
    "TypeAlias",
    "TypedDict",
    "VendorOperations",
    "as_file",
];

/// What annotations inside a class use, so that no method may be called like it.
const BUILTINS: [&str; 7] = ["bool", "dict", "float", "int", "list", "str", "tuple"];

/// What every method has beside the arguments of its operation.
const METHOD: [&str; 5] = ["answer", "extra", "retry", "self", "timeout"];

/// Tells whether a name can be written as it is.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !KEYWORDS.contains(&name)
}

/// Tells whether a name can be an annotated name in a class, where two underscores hide it.
pub(super) fn is_attribute(name: &str) -> bool {
    is_identifier(name) && !name.starts_with("__")
}

/// A name for an argument: the vendor's own wherever Python takes it. `labels[]` is `labels`,
/// `X-Trace` is `X_Trace`, `from` is `from_`.
pub(super) fn argument(wire: &str, taken: &mut BTreeSet<String>) -> String {
    let words = wire.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let mut name = words.join("_");
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_') {
        name.insert(0, '_');
    }
    free(name, &METHOD, taken)
}

/// A name for a method.
pub(super) fn method(id: &str) -> String {
    free(id.to_owned(), &BUILTINS, &mut BTreeSet::new())
}

/// A name for the type of a component or of what stands inside one.
pub(super) fn type_name(component: &str, taken: &mut BTreeSet<String>) -> String {
    let name = if is_attribute(component) {
        component.to_owned()
    } else {
        component.to_pascal_case()
    };
    let starts_well = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let name = if starts_well {
        name
    } else {
        format!("Type{name}")
    };
    free(name, &MODULE, taken)
}

/// Adds underscores until a name is nobody else's.
fn free(mut name: String, reserved: &[&str], taken: &mut BTreeSet<String>) -> String {
    while !is_identifier(&name) || reserved.contains(&name.as_str()) || taken.contains(&name) {
        name.push('_');
    }
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_keeps_its_name_wherever_python_takes_it() {
        let mut taken = BTreeSet::new();
        for (wire, name) in [
            ("contactIds", "contactIds"),
            ("labels[]", "labels"),
            ("labels", "labels_"),
            ("X-Trace", "X_Trace"),
            ("from", "from_"),
            ("timeout", "timeout_"),
            ("2fa", "_2fa"),
            ("größe", "gr_e"),
            ("[]", "_"),
        ] {
            assert_eq!(argument(wire, &mut taken), name);
        }
    }

    #[test]
    fn a_type_is_not_called_like_what_the_module_uses() {
        let mut taken = BTreeSet::new();
        for (component, name) in [
            ("Contact", "Contact"),
            ("Literal", "Literal_"),
            ("None", "None_"),
            ("contact-list", "ContactList"),
            ("ContactList", "ContactList_"),
            ("2fa", "Type2fa"),
        ] {
            assert_eq!(type_name(component, &mut taken), name);
        }
    }

    #[test]
    fn a_method_is_not_called_like_what_its_annotations_use() {
        assert_eq!(method("list_contacts"), "list_contacts");
        assert_eq!(method("list"), "list_");
        assert_eq!(method("import"), "import_");
    }
}
