"""The operations of each vendor's API, typed: what `client.vendor` is made of.

The modules are written by the build from the specs, one a vendor: `msgflash`, `reachflow`,
`ninetynine_digital` and `wapiflow`. Each has `Operations` and `AsyncOperations`, and a `TypedDict`
for whatever an operation takes or returns.

Examples:
    >>> import palabre
    >>> from palabre.vendors import msgflash
    >>> def first(client: palabre.Client[msgflash.Operations]) -> msgflash.ContactGroup:
    ...     return client.vendor.list_contact_groups(limit=1)["data"]["groups"][0]
    >>> with palabre.Sandbox(seed=7) as sandbox:
    ...     print(first(sandbox.client("msgflash"))["name"])
    Clients VIP
"""
