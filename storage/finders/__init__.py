"""Look-ups that commands need: by what people say, inside the effect's own transaction."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from storage.finders.activities import ActivityFinder
from storage.finders.approvals import ApprovalFinder
from storage.finders.assignment import AssignmentFinder
from storage.finders.bulk import BulkFinder
from storage.finders.catalog import CatalogFinder
from storage.finders.channels import ChannelFinder
from storage.finders.customers import CustomerFinder
from storage.finders.dialogue import DialogueFinder
from storage.finders.equipment import EquipmentFinder
from storage.finders.fields import FieldFinder
from storage.finders.files import FileFinder
from storage.finders.handover import HandoverFinder
from storage.finders.held import HeldFinder
from storage.finders.imports import ImportFinder
from storage.finders.inquiries import InquiryFinder
from storage.finders.offers import OfferFinder
from storage.finders.opportunities import OpportunityFinder
from storage.finders.parts import PartsFinder
from storage.finders.people import PeopleFinder
from storage.finders.pool import PoolFinder
from storage.finders.quotes import QuoteFinder
from storage.finders.service import ServiceFinder
from storage.finders.spares import SparesFinder
from storage.finders.tags import TagFinder
from storage.finders.tasks import TaskFinder
from storage.finders.upkeep import UpkeepFinder
from storage.finders.vocabulary import VocabularyFinder

if TYPE_CHECKING:
    from storage.batch import Batch


class Finders:
    """All finders of one batch, by noun."""

    def __init__(self, session: Session, batch: Batch) -> None:
        self._session = session
        self._batch = batch

    @cached_property
    def assignment(self) -> AssignmentFinder:
        return AssignmentFinder(self._session)

    @cached_property
    def channels(self) -> ChannelFinder:
        return ChannelFinder(self._session)

    @cached_property
    def pool(self) -> PoolFinder:
        return PoolFinder(self._session)

    @cached_property
    def people(self) -> PeopleFinder:
        return PeopleFinder(self._session, self._batch.foci)

    @cached_property
    def dialogue(self) -> DialogueFinder:
        return DialogueFinder(self._session)

    @cached_property
    def files(self) -> FileFinder:
        return FileFinder(self._session)

    @cached_property
    def customers(self) -> CustomerFinder:
        return CustomerFinder(self._session, self._batch.add, self._batch.touch, self._batch.index)

    @cached_property
    def inquiries(self) -> InquiryFinder:
        return InquiryFinder(self._session)

    @cached_property
    def tasks(self) -> TaskFinder:
        return TaskFinder(self._session)

    @cached_property
    def activities(self) -> ActivityFinder:
        return ActivityFinder(self._session)

    @cached_property
    def opportunities(self) -> OpportunityFinder:
        return OpportunityFinder(self._session)

    @cached_property
    def offers(self) -> OfferFinder:
        return OfferFinder(self._session)

    @cached_property
    def catalog(self) -> CatalogFinder:
        return CatalogFinder(self._session)

    @cached_property
    def vocabulary(self) -> VocabularyFinder:
        return VocabularyFinder(self._session, self._batch.waiting)

    @cached_property
    def approvals(self) -> ApprovalFinder:
        return ApprovalFinder(self._session)

    @cached_property
    def quotes(self) -> QuoteFinder:
        return QuoteFinder(self._session)

    @cached_property
    def parts(self) -> PartsFinder:
        return PartsFinder(self._session)

    @cached_property
    def equipment(self) -> EquipmentFinder:
        return EquipmentFinder(self._session)

    @cached_property
    def fields(self) -> FieldFinder:
        return FieldFinder(self._session)

    @cached_property
    def imports(self) -> ImportFinder:
        return ImportFinder(self._session)

    @cached_property
    def handover(self) -> HandoverFinder:
        return HandoverFinder(self._session)

    @cached_property
    def bulk(self) -> BulkFinder:
        return BulkFinder(self._session)

    @cached_property
    def tags(self) -> TagFinder:
        return TagFinder(self._session)

    @cached_property
    def service(self) -> ServiceFinder:
        return ServiceFinder(self._session)

    @cached_property
    def held(self) -> HeldFinder:
        return HeldFinder(self._session)

    @cached_property
    def spares(self) -> SparesFinder:
        return SparesFinder(self._session)

    @cached_property
    def upkeep(self) -> UpkeepFinder:
        return UpkeepFinder(self._session)
