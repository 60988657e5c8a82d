"""The base of every error that a person reads.

A view or a command may catch a refusal where it has a place of its own for the sentence. Of all
others `views/refusals.py` makes a page, and `management/portal_command.py` an exit code and one
line on standard error.

| refusal | where a page tells it | HTTP status | exit code |
|---|---|---|---|
| intake.IntakeError and its children | above the form of a new lookup, in its preview | 422 | 1 |
| intake.NoSuchChoice | likewise | 422 | 2 |
| lifecycle.Refused and its children | above that form; else on the lookup or call | 422, 302 | 1 |
| lifecycle.ColumnNotChosen | above that form | 422 | 2 |
| search.SearchError | above the results | 200 | 2 |
| exports.ExportError | on the page that asked for the file | 302 | 1 |
| people.AlreadyMember | beside the name in the form | 422 | 1 |
| people.LastManager | on the page of the team | 302 | 1 |
| people.password_links.NotTheirs | on the page of the team | 302 | 1 |
| people.password_links.PasswordChanged | there; as a used link for its owner | 302, 410 | 1 |
| credentials.CannotOpen | as what a test or a request came to | 200 | 1 |
| pull.PullError and its children | likewise; beside the field of the endpoint URL | 200, 422 | 1 |
| backup.BackupError | on no page | - | 1 |
| any that no view expects | on a page of its own | 422 | - |

Django's own errors stand beside these: a ValidationError is a form's (422) and exits with 2, a
CommandError is raised by the commands alone, and Http404 and PermissionDenied have their pages.
"""


class Refusal(Exception):
    """What was asked for is not done; `sentence`, and `str()`, say why and what to do."""

    exit_code = 1
    """Of a command that ends with it: 1 for a run that failed, 2 for wrong use."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
