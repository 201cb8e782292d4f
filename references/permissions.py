"""Which role may do what with the grid and the quarter."""

from django.db.models import QuerySet
from rules.permissions import add_perm
from rules.predicates import predicate

from core.choices import Role
from core.models import Programme, User
from core.permissions import anyone, programme_manager, role_is
from customers.models import Customer
from references.choices import PLAN_WRITERS, RecognitionState
from references.models import Nomination, Nominator, Recognition, RecognitionSettings
from references.rules.rankings import sees_bottom

executive = role_is(Role.EXECUTIVE)
# Who hears how a contact speaks, beside the CSM.
knows_customers = role_is(Role.SALES_REP, Role.SALES_MANAGER, Role.ACCOUNT_MANAGER, Role.MARKETING)
sales_management = role_is(Role.SALES_MANAGER)


@predicate
def may_edit_cells_of(user: User, customer: Customer | None) -> bool:
    """CSMs edit the cells of their own customers and, if the programme allows it, of their colleagues'."""
    if not user.is_active or not user.holds([Role.CSM]):
        return False
    return customer is None or customer.is_owned_by(user) or Programme.current().colleagues_may_edit


def edits_cells_of_everyone(user: User, programme: Programme) -> bool:
    """Whether `references.edit_cell` holds for every customer, so that a page of them need not be asked one by one."""
    if not user.is_active:
        return False
    return user.holds([Role.PROGRAMME_MANAGER]) or (user.holds([Role.CSM]) and programme.colleagues_may_edit)


def customers_editable_by(user: User) -> QuerySet[Customer]:
    """The customers whose cells the person may edit: the same rule as `may_edit_cells_of`, for many rows at once."""
    everyone = Customer.objects.visible_to(user).unmerged()
    if edits_cells_of_everyone(user, Programme.current()):
        return everyone
    return everyone.owned_by(user) if user.holds([Role.CSM]) else everyone.none()


@predicate
def is_own_statement(user: User, member: User | None) -> bool:
    return member is not None and user.is_active and user.pk == member.pk


@predicate
def is_nominator(user: User, nomination: Nomination | None) -> bool:
    """Whoever has credit for a nomination; without a row, everyone, as anyone may have nominated something."""
    if not user.is_active or not user.roles:
        return False
    return nomination is None or Nominator.objects.filter(nomination=nomination, user=user).exists()


@predicate
def is_first_nominator(user: User, nomination: Nomination | None) -> bool:
    """Whoever said it first; who joined later neither rewrites nor ends a colleague's nomination."""
    if not user.is_active or not user.roles:
        return False
    return nomination is None or nomination.submitted_by_id == user.pk


@predicate
def may_invite(user: User, nomination: Nomination | None) -> bool:
    """Who edits the customer's cells asks it to become a reference; nobody asks a company that is not here yet."""
    if nomination is None:
        return bool(may_edit_cells_of(user, None))
    return nomination.customer is not None and bool(may_edit_cells_of(user, nomination.customer))


@predicate
def may_view_bottom(user: User) -> bool:
    """Who is shown which colleagues have not nominated anybody: a setting says."""
    if not user.is_active or not user.roles:
        return False
    is_manager = user.holds([Role.PROGRAMME_MANAGER, Role.SALES_MANAGER, Role.EXECUTIVE])
    return sees_bottom(RecognitionSettings.current().bottom_visibility, is_manager=is_manager)


@predicate
def is_drafter(user: User, recognition: Recognition | None) -> bool:
    """Who drafts letters: a colleague's letter is the programme manager's to look after, not other drafters'."""
    if not user.is_active or not user.holds([Role.PROGRAMME_MANAGER, Role.SALES_MANAGER]):
        return False
    return recognition is None or user.holds([Role.PROGRAMME_MANAGER]) or recognition.drafted_by_id == user.pk


@predicate
def is_signer(user: User, recognition: Recognition | None) -> bool:
    """The executive who is named in the letter; without one, every executive."""
    if not user.is_active or not user.holds([Role.EXECUTIVE]):
        return False
    return recognition is None or recognition.signer_id == user.pk


@predicate
def is_draft(user: User, recognition: Recognition | None) -> bool:
    return recognition is None or recognition.state == RecognitionState.DRAFT


@predicate
def waits_for_signature(user: User, recognition: Recognition | None) -> bool:
    return recognition is None or recognition.state == RecognitionState.TO_SIGN


add_perm("references.view_grid", anyone)
add_perm("references.edit_cell", programme_manager | may_edit_cells_of)
add_perm("references.import_grid", programme_manager | role_is(Role.CSM))
add_perm("references.export_grid", anyone)
add_perm("references.view_nominations", anyone)
add_perm("references.nominate", anyone)
add_perm("references.complete_nomination", programme_manager | is_first_nominator)
add_perm("references.verify_nomination", is_nominator)
add_perm("references.decide_nomination", programme_manager)
add_perm("references.invite_nomination", programme_manager | may_invite)
add_perm("references.lift_block", programme_manager | executive)
add_perm("references.view_plans", anyone)
add_perm("references.write_plan", role_is(*PLAN_WRITERS))
add_perm("references.watch_recruiting", programme_manager | executive)
add_perm("references.view_coverage", anyone)
add_perm("references.set_coverage", programme_manager | executive | role_is(Role.MARKETING, Role.SALES_MANAGER))
add_perm("references.rate_impact", programme_manager | may_edit_cells_of | knows_customers)
add_perm("references.run_drive", programme_manager)
add_perm("references.view_drives", programme_manager | sales_management | executive)
add_perm("references.view_own_turn", anyone)
# Quotas are sales management's own: neither the programme manager nor an administrator sets or lifts them.
add_perm("references.manage_quotas", sales_management)
add_perm("references.view_quotas", programme_manager | sales_management | executive)
add_perm("references.view_quarter", anyone)
add_perm("references.close_quarter", programme_manager)
add_perm("references.propose_correction", programme_manager | role_is(Role.CSM))
add_perm("references.decide_correction", programme_manager | executive)
add_perm("references.configure", programme_manager)
add_perm("references.view_own_pay", anyone)
add_perm("references.view_pay", programme_manager | executive | is_own_statement)
add_perm("references.view_all_pay", programme_manager | executive)
add_perm("references.issue_statement", programme_manager)
add_perm("references.view_rankings", anyone)
add_perm("references.view_bottom", may_view_bottom)
add_perm("references.view_board", anyone)
add_perm("references.draft_recognition", is_drafter)
add_perm("references.sign_recognition", is_signer)
add_perm("references.edit_recognition", (is_drafter & is_draft) | (is_signer & waits_for_signature))
add_perm("references.return_recognition", is_drafter | is_signer)
add_perm("references.take_down_recognition", is_drafter | is_signer)
