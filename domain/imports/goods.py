"""Rows that name a machine or a product: each is enrolled by its noun's own deed, whose refusal is the row's."""

from __future__ import annotations

from domain.catalog.enrol_product import EnrolProduct, enrol_product
from domain.equipment.commands import EnrolEquipment, enrol_equipment
from domain.imports.chunk import Chunk
from domain.imports.row import Row


def take_equipment(chunk: Chunk, row: Row) -> bool:
    """Return whether a row brought a machine."""
    values = row.values
    serial, company = str(values["serial"]), str(values["customer"])
    found = chunk.known.customers.get(row.company)
    if found is None or not found.active:
        chunk.leave_out(row, "客户", company, "客户名单里没有这家公司", "请先导入客户，或核对公司名称")
        return False
    machine = chunk.known.machines.get(serial)
    if machine is not None:
        if machine != found.id:
            chunk.leave_out(row, "序列号", serial, "这台设备已登记在另一家客户名下", "请核对序列号和客户")
            return False
        chunk.taken.known += 1
        return False
    if not chunk.dry:
        enrol = EnrolEquipment(
            serial=serial,
            model=str(values["model"]),
            customer=found.name,
            site=str(values.get("site", "")),
            region=str(values.get("region", "")),
            installed_on=values.get("installed_on"),
            warranty_until=values.get("warranty_until"),
        )
        id_ = chunk.carry_out(row, "序列号", serial, lambda: enrol_equipment(enrol, chunk.actor, chunk.work))
        if id_ is None:
            return False
        chunk.bring(row, "equipment", id_, None)
    chunk.known.machines[serial] = found.id
    return True


def take_product(chunk: Chunk, row: Row) -> bool:
    """Return whether a row brought a product."""
    values = row.values
    code = str(values["code"])
    if chunk.known.knows_product(code):
        chunk.taken.known += 1
        return False
    if not chunk.dry:
        price = int(values["price"])
        enrol = EnrolProduct(
            code=code,
            name=str(values.get("name", code)),
            price_fen=price,
            cost_fen=int(values.get("cost", 0)),
            category=str(values.get("category", "")),
            unit=str(values.get("unit", "台")),
            tax_ppm=int(values["tax"]),
        )
        id_ = chunk.carry_out(row, "型号", code, lambda: enrol_product(enrol, chunk.actor, chunk.work))
        if id_ is None:
            return False
        chunk.bring(row, "product", id_, None)
    return True
