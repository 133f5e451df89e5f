//! How a noun becomes a sync and an async class.

/// A noun: its listings, which fetch nothing yet, and its calls.
macro_rules! noun {
    (
        $(#[doc = $doc:literal])+
        $noun:literal: $sync:ident, $async:ident
        $(listing $listing:ident [$($listing_signature:tt)*] ($($listing_argument:ident: $listing_type:ty),*)
            $(#[doc = $listing_doc:literal])+
            |$listing_client:ident| $list:expr, from $start:expr;)*
        $(batch $batch:ident [$($batch_signature:tt)*] ($($batch_argument:ident: $batch_type:ty),*) -> $batch_answer:ident
            $(#[doc = $batch_doc:literal])+
            |$batch_client:ident| $batch_run:expr;)*
        $(call $call:ident [$($call_signature:tt)*] ($($call_argument:ident: $call_type:ty),*) -> $answer:ident
            $(#[doc = $call_doc:literal])+
            |$call_client:ident| $run:expr;)*
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        pub struct $sync {
            pub(crate) handle: std::sync::Arc<$crate::handle::Handle>,
        }

        #[pymethods]
        impl $sync {
            fn __repr__(&self) -> String {
                self.handle.shown(stringify!($sync))
            }

            $(
                $(#[doc = $listing_doc])+
                #[pyo3(signature = ($($listing_signature)* timeout=None, retry=None, progress=false))]
                #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
                fn $listing(
                    &self,
                    py: Python<'_>,
                    $($listing_argument: Option<Bound<'_, PyAny>>,)*
                    timeout: Option<Bound<'_, PyAny>>,
                    retry: Option<Bound<'_, PyAny>>,
                    #[pyo3(from_py_with = $crate::arguments::named::progress)]
                    progress: bool,
                ) -> PyResult<$crate::listing::Listing> {
                    const VERB: &str = concat!($noun, ".", stringify!($listing));
                    $(let $listing_argument: $listing_type =
                        $crate::arguments::take(py, stringify!($listing_argument), $listing_argument)?;)*
                    let patience = $crate::retry::Patience::of(py, &self.handle, VERB, timeout, retry)?;
                    if progress {
                        // What is missing is said before anything is fetched.
                        $crate::bar::Bar::of(py, &self.handle, VERB)?;
                    }
                    let start: Option<String> = $start;
                    $crate::source::Source::new(
                        self.handle.clone(),
                        VERB,
                        patience,
                        progress,
                        start,
                        move |$listing_client| $list,
                    )
                    .checked(py, $crate::runtime::connected)
                    .map($crate::listing::Listing)
                }
            )*
            $(
                $(#[doc = $batch_doc])+
                #[pyo3(signature = ($($batch_signature)* timeout=None, retry=None, progress=false))]
                #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
                fn $batch(
                    &self,
                    py: Python<'_>,
                    $($batch_argument: Option<Bound<'_, PyAny>>,)*
                    timeout: Option<Bound<'_, PyAny>>,
                    retry: Option<Bound<'_, PyAny>>,
                    #[pyo3(from_py_with = $crate::arguments::named::progress)]
                    progress: bool,
                ) -> PyResult<$batch_answer> {
                    const VERB: &str = concat!($noun, ".", stringify!($batch));
                    $(let $batch_argument: $batch_type =
                        $crate::arguments::take(py, stringify!($batch_argument), $batch_argument)?;)*
                    let patience = $crate::retry::Patience::of(py, &self.handle, VERB, timeout, retry)?;
                    let bar = progress.then(|| $crate::bar::Bar::of(py, &self.handle, VERB)).transpose()?;
                    $crate::bar::shown(py, bar.as_ref(), || {
                        $crate::runtime::block(py, &self.handle, VERB, |client| {
                            let $batch_client = patience.on(&$crate::bar::moving(bar.as_ref(), &client));
                            async move { $batch_run }
                        })
                    })
                }
            )*
            $(
                $(#[doc = $call_doc])+
                #[pyo3(signature = ($($call_signature)* timeout=None, retry=None))]
                #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
                fn $call(
                    &self,
                    py: Python<'_>,
                    $($call_argument: Option<Bound<'_, PyAny>>,)*
                    timeout: Option<Bound<'_, PyAny>>,
                    retry: Option<Bound<'_, PyAny>>,
                ) -> PyResult<$answer> {
                    const VERB: &str = concat!($noun, ".", stringify!($call));
                    $(let $call_argument: $call_type =
                        $crate::arguments::take(py, stringify!($call_argument), $call_argument)?;)*
                    let patience = $crate::retry::Patience::of(py, &self.handle, VERB, timeout, retry)?;
                    $crate::runtime::block(py, &self.handle, VERB, |client| async move {
                        let $call_client = patience.on(&client);
                        $run
                    })
                }
            )*
        }

        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        pub struct $async {
            pub(crate) handle: std::sync::Arc<$crate::handle::Handle>,
        }

        #[pymethods]
        impl $async {
            fn __repr__(&self) -> String {
                self.handle.shown(stringify!($async))
            }

            $(
                $(#[doc = $listing_doc])+
                #[pyo3(signature = ($($listing_signature)* timeout=None, retry=None, progress=false))]
                #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
                fn $listing(
                    &self,
                    py: Python<'_>,
                    $($listing_argument: Option<Bound<'_, PyAny>>,)*
                    timeout: Option<Bound<'_, PyAny>>,
                    retry: Option<Bound<'_, PyAny>>,
                    #[pyo3(from_py_with = $crate::arguments::named::progress)]
                    progress: bool,
                ) -> PyResult<$crate::listing::AsyncListing> {
                    const VERB: &str = concat!($noun, ".", stringify!($listing));
                    $(let $listing_argument: $listing_type =
                        $crate::arguments::take(py, stringify!($listing_argument), $listing_argument)?;)*
                    let patience = $crate::retry::Patience::of(py, &self.handle, VERB, timeout, retry)?;
                    if progress {
                        // What is missing is said before anything is fetched.
                        $crate::bar::Bar::of(py, &self.handle, VERB)?;
                    }
                    let start: Option<String> = $start;
                    $crate::source::Source::new(
                        self.handle.clone(),
                        VERB,
                        patience,
                        progress,
                        start,
                        move |$listing_client| $list,
                    )
                    .checked(py, |handle| handle.background_client())
                    .map($crate::listing::AsyncListing)
                }
            )*
            $(
                $(#[doc = $batch_doc])+
                #[pyo3(signature = ($($batch_signature)* timeout=None, retry=None, progress=false))]
                #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
                fn $batch<'py>(
                    &self,
                    py: Python<'py>,
                    $($batch_argument: Option<Bound<'_, PyAny>>,)*
                    timeout: Option<Bound<'_, PyAny>>,
                    retry: Option<Bound<'_, PyAny>>,
                    #[pyo3(from_py_with = $crate::arguments::named::progress)]
                    progress: bool,
                ) -> PyResult<Bound<'py, PyAny>> {
                    const VERB: &str = concat!($noun, ".", stringify!($batch));
                    $(let $batch_argument: $batch_type =
                        $crate::arguments::take(py, stringify!($batch_argument), $batch_argument)?;)*
                    let patience = $crate::retry::Patience::of(py, &self.handle, VERB, timeout, retry)?;
                    let bar = progress.then(|| $crate::bar::Bar::of(py, &self.handle, VERB)).transpose()?;
                    let shown = bar.clone().map(|bar| $crate::aio::Shown { bar, goes_on: false });
                    $crate::aio::spawn_shown(py, &self.handle, VERB, shown, move |client| async move {
                        let $batch_client = patience.on(&$crate::bar::moving(bar.as_ref(), &client));
                        $batch_run
                    })
                }
            )*
            $(
                $(#[doc = $call_doc])+
                #[pyo3(signature = ($($call_signature)* timeout=None, retry=None))]
                #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
                fn $call<'py>(
                    &self,
                    py: Python<'py>,
                    $($call_argument: Option<Bound<'_, PyAny>>,)*
                    timeout: Option<Bound<'_, PyAny>>,
                    retry: Option<Bound<'_, PyAny>>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    const VERB: &str = concat!($noun, ".", stringify!($call));
                    $(let $call_argument: $call_type =
                        $crate::arguments::take(py, stringify!($call_argument), $call_argument)?;)*
                    let patience = $crate::retry::Patience::of(py, &self.handle, VERB, timeout, retry)?;
                    $crate::aio::spawn(py, &self.handle, VERB, move |client| async move {
                        let $call_client = patience.on(&client);
                        $run
                    })
                }
            )*
        }
    };
}

pub(crate) use noun;
