"""Which statements of the Voice API's contract are proven, and by which test.

A test says what it proves with `@pytest.mark.conforms(section, statement, …)`; a transcript of
the sandbox's engine says it in lines `# conforms <section>: <statement>` before its first input.
`python -m tests.conformance > docs/conformance.md` writes the table.
"""
