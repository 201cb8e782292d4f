"""Addresses under /api/v1/ of customers, the grid, the quarters and recruiting."""

from django.urls import path

from references.api import nomination_deeds as deeds
from references.api.cases import CaseDetail, Cases
from references.api.cells import CellDetail, CellHistory
from references.api.changes import Changes
from references.api.contacts import Contacts
from references.api.coverage import Coverage
from references.api.customers import CustomerDetail, Customers
from references.api.dimensions import Dimensions
from references.api.drives import DriveDetail, DrivePeople, Drives
from references.api.evangelists import EvangelistDetail, Evangelists
from references.api.invoices import InvoiceDetail, Invoices
from references.api.nominations import NominationDetail, Nominations
from references.api.quarters import QuarterClose, QuarterDetail, QuarterEntries, Quarters
from references.api.quotas import Quotas
from references.api.rankings import Rankings
from references.api.recognitions import RecognitionDetail, Recognitions
from references.api.recruiting_plans import RecruitingPlanDetail, RecruitingPlans
from references.api.recruiting_targets import RecruitingTargets
from references.api.referrals import ReferralDetail, Referrals

urlpatterns = [
    path("cases/", Cases.as_view(), name="cases"),
    path("cases/<int:case_id>/", CaseDetail.as_view(), name="case_detail"),
    path("coverage/", Coverage.as_view(), name="coverage"),
    path("drives/", Drives.as_view(), name="drives"),
    path("drives/<int:drive_id>/", DriveDetail.as_view(), name="drive_detail"),
    path("drives/<int:drive_id>/people/", DrivePeople.as_view(), name="drive_people"),
    path("quotas/", Quotas.as_view(), name="quotas"),
    path("evangelists/", Evangelists.as_view(), name="evangelists"),
    path("evangelists/<int:contact_id>/", EvangelistDetail.as_view(), name="evangelist_detail"),
    path("referrals/", Referrals.as_view(), name="referrals"),
    path("referrals/<int:referral_id>/", ReferralDetail.as_view(), name="referral_detail"),
    path("invoices/", Invoices.as_view(), name="invoices"),
    path("invoices/<int:invoice_id>/", InvoiceDetail.as_view(), name="invoice_detail"),
    path("nominations/", Nominations.as_view(), name="nominations"),
    path("nominations/<int:nomination_id>/", NominationDetail.as_view(), name="nomination_detail"),
    path("nominations/<int:nomination_id>/accept/", deeds.Accept.as_view(), name="nomination_accept"),
    path("nominations/<int:nomination_id>/return/", deeds.Return.as_view(), name="nomination_return"),
    path("nominations/<int:nomination_id>/refuse/", deeds.Refuse.as_view(), name="nomination_refuse"),
    path("nominations/<int:nomination_id>/park/", deeds.Park.as_view(), name="nomination_park"),
    path("nominations/<int:nomination_id>/resume/", deeds.Resume.as_view(), name="nomination_resume"),
    path("nominations/<int:nomination_id>/withdraw/", deeds.Withdraw.as_view(), name="nomination_withdraw"),
    path("nominations/<int:nomination_id>/verify/", deeds.Verify.as_view(), name="nomination_verify"),
    path("nominations/<int:nomination_id>/lift/", deeds.Lift.as_view(), name="nomination_lift"),
    path("nominations/<int:nomination_id>/invite/", deeds.Invite.as_view(), name="nomination_invite"),
    path("nominations/<int:nomination_id>/chase/", deeds.Chase.as_view(), name="nomination_chase"),
    path("nominations/<int:nomination_id>/decline/", deeds.Decline.as_view(), name="nomination_decline"),
    path("nominations/<int:nomination_id>/enrol/", deeds.Enrol.as_view(), name="nomination_enrol"),
    path("nominations/<int:nomination_id>/reopen/", deeds.Reopen.as_view(), name="nomination_reopen"),
    path("nominations/<int:nomination_id>/speaker/", deeds.Speaker.as_view(), name="nomination_speaker"),
    path("nominations/<int:nomination_id>/complete/", deeds.Complete.as_view(), name="nomination_complete"),
    path("rankings/", Rankings.as_view(), name="rankings"),
    path("recruiting-targets/", RecruitingTargets.as_view(), name="recruiting_targets"),
    path("recognitions/", Recognitions.as_view(), name="recognitions"),
    path("recognitions/<int:recognition_id>/", RecognitionDetail.as_view(), name="recognition_detail"),
    path("recruiting-plans/", RecruitingPlans.as_view(), name="recruiting_plans"),
    path("recruiting-plans/<int:plan_id>/", RecruitingPlanDetail.as_view(), name="recruiting_plan_detail"),
    path("customers/", Customers.as_view(), name="customers"),
    path("customers/<int:customer_id>/", CustomerDetail.as_view(), name="customer_detail"),
    path("customers/<int:customer_id>/contacts/", Contacts.as_view(), name="contacts"),
    path("customers/<int:customer_id>/cells/<slug:dimension_key>/", CellDetail.as_view(), name="cell_detail"),
    path("customers/<int:customer_id>/cells/<slug:dimension_key>/history/", CellHistory.as_view(), name="cell_history"),
    path("dimensions/", Dimensions.as_view(), name="dimensions"),
    path("quarters/", Quarters.as_view(), name="quarters"),
    path("quarters/<str:label>/", QuarterDetail.as_view(), name="quarter_detail"),
    path("quarters/<str:label>/entries/", QuarterEntries.as_view(), name="quarter_entries"),
    path("quarters/<str:label>/close/", QuarterClose.as_view(), name="quarter_close"),
    path("changes/", Changes.as_view(), name="changes"),
]
