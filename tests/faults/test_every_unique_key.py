"""Every unique key of the database stands in one of two lists.

Of those that a person can hit each has its tests, of the others it is said why nobody can.
"""

from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import models

from lookups.models import Credential
from tests.faults import test_forms_sent_twice, test_taken_names

pytestmark = pytest.mark.django_db(transaction=True)


TOLD: dict[str, list[Callable[..., None]]] = {
    "Team.slug": [
        test_taken_names.test_a_slug_that_is_taken_is_told_on_the_command_line,
        test_taken_names.test_a_slug_that_is_taken_is_told_under_admin,
        test_taken_names.test_of_two_who_make_one_team_at_once_the_second_is_told,
        test_taken_names.test_of_two_who_give_one_name_under_admin_at_once_the_second_is_told,
    ],
    "User.username": [
        test_taken_names.test_a_name_that_is_taken_is_told_under_admin,
        test_taken_names.test_a_name_that_is_taken_is_told_to_who_makes_a_superuser,
        test_taken_names.test_of_two_managers_who_make_one_account_at_once_the_second_invites_it,
        test_taken_names.test_of_two_who_give_one_name_under_admin_at_once_the_second_is_told,
    ],
    "User.one_account_per_name": [
        test_taken_names.test_a_name_that_is_taken_is_told_under_admin,
        test_taken_names.test_an_account_of_two_cases_is_refused_by_the_database,
        test_taken_names.test_of_two_managers_who_make_one_account_at_once_the_second_invites_it,
    ],
    "Member.one_membership_per_team": [
        test_taken_names.test_a_member_who_is_added_again_on_the_page_keeps_the_role,
        test_taken_names.test_a_member_who_is_added_again_by_command_gets_the_role,
    ],
    "Invitation.one_invitation_per_team": [
        test_taken_names.test_two_managers_who_add_one_person_at_once_ask_her_once,
    ],
    "Credential.one_credential_per_label": [
        test_taken_names.test_a_label_that_is_taken_is_told_on_the_page,
        test_taken_names.test_of_two_who_give_one_label_at_once_the_second_is_told_on_the_page,
        test_taken_names.test_of_two_commands_that_make_one_credential_at_once_the_second_is_told,
        test_taken_names.test_a_label_that_a_retired_credential_would_get_is_told,
    ],
    "Lookup.one_lookup_per_form": [
        test_forms_sent_twice.test_the_same_form_of_another_person_is_a_lookup_of_their_own,
        test_forms_sent_twice.test_the_same_form_sent_fifty_times_at_once_is_one_lookup_each_person,
        test_forms_sent_twice.test_a_nonce_of_one_team_may_come_from_another,
    ],
    "Lookup.upload": [
        test_forms_sent_twice.test_two_forms_with_one_file_at_once_are_one_lookup_and_a_sentence
    ],
}

NOBODY = {
    "LookupItem.one_item_per_place": "placing alone writes items, and takes it for being overtaken",
    "LookupItem.one_unique_item_per_uuid": "intake calls the second one of a lookup a duplicate",
    "Call.one_call_per_uuid": "recording alone writes calls, and begins anew when it is overtaken",
    "Attempt.one_attempt_per_key": "they are written with their call locked or new",
    "UploadPiece.one_piece_per_number": "its upload is new in the same transaction",
    "Worker.name": "each process makes up its own",
    "User_groups.user_group": "the form names each once, and what is there is left out",
    "User_user_permissions.user_permission": "as with groups",
    "Group.name": "no page and no command makes a group",
    "Group_permissions.group_permission": "as with groups",
    "Permission.content_type_codename": "Django alone makes permissions",
}


def unique_keys() -> Iterator[str]:
    """By their model: the field, the fields of a group, or the name of the constraint."""
    for app in ("lookups", "auth"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            meta = model._meta
            fields = [
                field for field in meta.local_fields if field.unique and not field.primary_key
            ]
            groups = ["_".join(names) for names in meta.unique_together]
            constraints = [c for c in meta.constraints if isinstance(c, models.UniqueConstraint)]
            for name in [*fields, *groups, *constraints]:
                yield f"{meta.object_name}.{getattr(name, 'name', name)}"


def unclassified() -> set[str]:
    return set(unique_keys()) ^ {*TOLD, *NOBODY}


def test_every_unique_key_is_told_of_by_a_tested_sentence_or_out_of_reach():
    assert unclassified() == set()
    assert not set(TOLD) & set(NOBODY)


def test_a_unique_key_that_is_in_neither_list_is_seen(monkeypatch):
    monkeypatch.setattr(Credential._meta.get_field("endpoint_url"), "unique", True)
    assert unclassified() == {"Credential.endpoint_url"}
