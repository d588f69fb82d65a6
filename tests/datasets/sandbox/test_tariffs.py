import pytest

from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.declaring.tariffs import all_tariffs, national_code
from datasets.sandbox.declaring.wording import LANGUAGES
from declarations import goods_group_of
from declarations.hs import chapter, normalise_code

TARIFFS = pytest.mark.parametrize("tariff", all_tariffs(), ids=lambda tariff: tariff.country)


def test_every_language_and_every_length_of_code_is_filed_somewhere():
    assert {language for tariff in all_tariffs() for language in tariff.languages} == set(LANGUAGES)
    assert {tariff.digits for tariff in all_tariffs()} == {6, 8, 10}
    assert len({tariff.country for tariff in all_tariffs()}) == len(all_tariffs())


@TARIFFS
def test_a_national_code_extends_the_subheading_and_keeps_its_zero(tariff):
    for goods in all_goods():
        code = national_code(goods.commodity_code, tariff)
        assert code == normalise_code(code) == national_code(goods.commodity_code, tariff)
        assert len(code) == tariff.digits
        assert code.startswith(goods.commodity_code)
        assert goods_group_of(code) == goods.group
    assert sum(chapter(national_code(goods.commodity_code, tariff)) < "10" for goods in all_goods()) >= 5


def test_countries_split_a_subheading_each_in_its_own_way():
    assert len({national_code("090111", tariff) for tariff in all_tariffs() if tariff.digits == 10}) > 1
