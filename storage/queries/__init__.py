"""Read views: what cards, lists and pages show, already narrowed to what the viewer may see."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy.orm import Session

from storage import care
from storage.queries.activities import ActivityQueries
from storage.queries.aliases import AliasQueries
from storage.queries.approval_log import ApprovalLogQueries
from storage.queries.approval_times import ApprovalTimeQueries
from storage.queries.approvals import ApprovalQueries
from storage.queries.assignment import AssignmentQueries
from storage.queries.bulk import BulkQueries
from storage.queries.catalog import CatalogQueries
from storage.queries.channels import ChannelQueries
from storage.queries.configuring import ConfiguringQueries
from storage.queries.customers import CustomerQueries
from storage.queries.desk import DeskQueries
from storage.queries.dialogue import DialogueQueries
from storage.queries.equipment import EquipmentQueries
from storage.queries.equipment_history import EquipmentHistory
from storage.queries.fields import FieldQueries
from storage.queries.funnel import FunnelQueries
from storage.queries.handover import HandoverQueries
from storage.queries.held import HeldQueries
from storage.queries.imports import ImportQueries
from storage.queries.inquiries import InquiryQueries
from storage.queries.listing import ListingQueries
from storage.queries.merging import MergeQueries
from storage.queries.notes import NoteQueries
from storage.queries.opportunities import OpportunityQueries
from storage.queries.overview import OverviewQueries
from storage.queries.parts import PartQueries
from storage.queries.people import PeopleQueries
from storage.queries.pool import PoolQueries
from storage.queries.quote_offers import OfferQueries
from storage.queries.quotes import QuoteQueries
from storage.queries.records import RecordQueries
from storage.queries.service import ServiceQueries
from storage.queries.service_board import ServiceBoard
from storage.queries.service_report import ServiceReports
from storage.queries.sheets import SheetQueries
from storage.queries.solutions import SolutionQueries
from storage.queries.spares import SpareQueries
from storage.queries.tasks import TaskQueries


class Queries:
    """All read views over one session, by noun. Never writes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def assignment(self) -> AssignmentQueries:
        return AssignmentQueries(self._session)

    @cached_property
    def channels(self) -> ChannelQueries:
        return ChannelQueries(self._session)

    @cached_property
    def pool(self) -> PoolQueries:
        return PoolQueries(self._session)

    @cached_property
    def people(self) -> PeopleQueries:
        return PeopleQueries(self._session)

    @cached_property
    def dialogue(self) -> DialogueQueries:
        return DialogueQueries(self._session)

    @cached_property
    def customers(self) -> CustomerQueries:
        return CustomerQueries(self._session)

    @cached_property
    def merging(self) -> MergeQueries:
        return MergeQueries(self._session)

    @cached_property
    def bulk(self) -> BulkQueries:
        return BulkQueries(self._session)

    @cached_property
    def handover(self) -> HandoverQueries:
        return HandoverQueries(self._session)

    @cached_property
    def imports(self) -> ImportQueries:
        return ImportQueries(self._session)

    @cached_property
    def overview(self) -> OverviewQueries:
        return OverviewQueries(self._session)

    @cached_property
    def inquiries(self) -> InquiryQueries:
        return InquiryQueries(self._session)

    @cached_property
    def tasks(self) -> TaskQueries:
        return TaskQueries(self._session)

    @cached_property
    def activities(self) -> ActivityQueries:
        return ActivityQueries(self._session)

    @cached_property
    def opportunities(self) -> OpportunityQueries:
        return OpportunityQueries(self._session)

    @cached_property
    def funnel(self) -> FunnelQueries:
        return FunnelQueries(self._session)

    @cached_property
    def notes(self) -> NoteQueries:
        return NoteQueries(self._session)

    @cached_property
    def catalog(self) -> CatalogQueries:
        return CatalogQueries(self._session)

    @cached_property
    def aliases(self) -> AliasQueries:
        return AliasQueries(self._session)

    @cached_property
    def approvals(self) -> ApprovalQueries:
        return ApprovalQueries(self._session)

    @cached_property
    def approval_times(self) -> ApprovalTimeQueries:
        return ApprovalTimeQueries(self._session)

    @cached_property
    def approval_log(self) -> ApprovalLogQueries:
        return ApprovalLogQueries(self._session)

    @cached_property
    def solutions(self) -> SolutionQueries:
        return SolutionQueries(self._session)

    @cached_property
    def quotes(self) -> QuoteQueries:
        return QuoteQueries(self._session)

    @cached_property
    def configuring(self) -> ConfiguringQueries:
        return ConfiguringQueries(self._session)

    @cached_property
    def offers(self) -> OfferQueries:
        return OfferQueries(self._session)

    @cached_property
    def parts(self) -> PartQueries:
        return PartQueries(self._session)

    @cached_property
    def equipment(self) -> EquipmentQueries:
        return EquipmentQueries(self._session)

    @cached_property
    def service(self) -> ServiceQueries:
        return ServiceQueries(self._session)

    @cached_property
    def held(self) -> HeldQueries:
        return HeldQueries(self._session)

    @cached_property
    def sheets(self) -> SheetQueries:
        return SheetQueries(self._session)

    @cached_property
    def records(self) -> RecordQueries:
        return RecordQueries(self._session)

    @cached_property
    def service_reports(self) -> ServiceReports:
        return ServiceReports(self._session)

    @cached_property
    def equipment_history(self) -> EquipmentHistory:
        return EquipmentHistory(self._session)

    @cached_property
    def service_board(self) -> ServiceBoard:
        return ServiceBoard(self._session)

    @cached_property
    def spares(self) -> SpareQueries:
        return SpareQueries(self._session)

    @cached_property
    def fields(self) -> FieldQueries:
        return FieldQueries(self._session)

    @cached_property
    def listing(self) -> ListingQueries:
        return ListingQueries(self._session)

    @cached_property
    def desk(self) -> DeskQueries:
        return DeskQueries(self._session)

    def number(self, name: str) -> int:
        """Return a kept number (a month's quota), 0 when there is none."""
        return care.number(self._session, name)
