import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import vocabulary
from marketplace.vocabulary import CodeList, UnknownCode, VocabularyError

DIVISIONS = Path(
    os.environ.get("SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"), "codes", "sichuan_divisions.tsv"
)
LISTS = [codes for codes in vars(vocabulary).values() if isinstance(codes, CodeList)]
HEADER = "code\tzh\ten\tparent\taliases\n"


@pytest.fixture(params=LISTS, ids=lambda codes: codes.name)
def codes(request) -> CodeList:
    return request.param


def test_every_list_can_be_read_and_every_data_file_has_a_list():
    assert sorted(file.stem for file in vocabulary.FOLDER.iterdir()) == sorted(codes.name for codes in LISTS)
    assert all(len(codes) for codes in LISTS)


def test_importing_the_module_reads_no_list():
    program = (
        "from marketplace import vocabulary as v;"
        "print([c.name for c in vars(v).values() if isinstance(c, v.CodeList) and '_entries' in vars(c)])"
    )
    read = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert read.stdout.strip() == "[]"


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_code_and_a_label_no_other_code_has_mean_the_code(codes, language):
    shared = Counter(codes.label(code, language) for code in codes)
    for code in codes:
        assert codes.find(code) == code
        if shared[codes.label(code, language)] == 1:
            assert codes.find(codes.label(code, language)) == code


def test_a_label_after_those_above_it_is_never_mistaken(codes):
    for code in codes:
        address = "/".join(codes.label(step) for step in (*codes.ancestors(code), code))
        assert codes.find(address) in {code, *codes.children(code)}


def test_parents_come_first_and_paths_run_from_the_root(codes):
    seen = []
    for code in codes:
        assert set(codes.ancestors(code)) <= set(seen)
        assert codes.path(code).split("/") == [*codes.ancestors(code), code]
        assert codes.level(code) == len(codes.ancestors(code)) + 1
        seen.append(code)


def test_an_unknown_code_is_an_error_that_names_the_list(codes):
    assert "no such code" not in codes
    for question in (codes.label, codes.path, codes.ancestors, codes.children, codes.level):
        with pytest.raises(UnknownCode, match=f"'no such code' is not a code of {codes.name}"):
            question("no such code")


@given(st.sampled_from(LISTS), st.text())
def test_any_text_is_a_code_of_the_list_or_nothing(codes, text):
    found = codes.find(text)
    assert found is None or found in codes


@given(st.sampled_from(LISTS), st.data())
def test_names_in_any_order_and_number_are_a_code_or_nothing(codes, data):
    names = st.sampled_from([codes.label(code) for code in codes] + list(codes))
    found = codes.find("".join(data.draw(st.lists(names, max_size=100))))
    assert found is None or found in codes


def test_prose_is_not_searched_for_names():
    assert vocabulary.industries.find("C" * 100_000) is None


def test_the_province_has_its_21_cities_and_a_city_its_counties():
    regions = vocabulary.regions
    assert len(regions.children("51")) == 21
    assert regions.children("5106") == ("510603", "510604", "510623", "510681", "510682", "510683")
    assert regions.path("510603") == "51/5106/510603"
    assert regions.label("510603") == "旌阳区"
    assert regions.label("510603", "en") == "Jingyang District"


@pytest.mark.skipif(not DIVISIONS.exists(), reason=f"the national list is not at {DIVISIONS}")
def test_the_regions_are_those_of_the_national_list():
    rows = (line.split("\t") for line in DIVISIONS.read_text("utf-8").splitlines())
    national = {code: name for code, name, level, _ in rows if int(level) <= 3}
    assert {code: vocabulary.regions.label(code) for code in vocabulary.regions} == national


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("德阳", "5106"),
        ("德阳市", "5106"),
        (" 四川省 德阳市 ", "5106"),
        ("Deyang", "5106"),
        ("guang'an", "5116"),
        ("旌阳", "510603"),
        ("四川省德阳市旌阳区", "510603"),
        ("四川/德阳/旌阳", "510603"),
        ("四川省德阳市旌阳区天元街道", "510603"),
        ("泸州市泸县太伏镇", "510521"),
        ("成都市天府大道", "5101"),
        ("510600", "5106"),
        ("510603001", "510603"),
        ("５１０６", "5106"),
        ("阿坝", "5132"),
        ("阿坝县", "513231"),
        ("甘孜州", "5133"),
        ("Garze", "5133"),
        ("双流县", "510116"),
        ("宜宾市宜宾县", "511504"),
    ],
)
def test_a_region_is_known_by_the_ways_people_write_it(text, code):
    assert vocabulary.regions.find(text) == code


def test_a_county_name_that_two_cities_share_needs_its_city():
    assert vocabulary.regions.find("市中区") is None
    assert vocabulary.regions.find("市中区人民路") is None
    assert vocabulary.regions.find("乐山市市中区") == "511102"
    assert vocabulary.regions.find("乐山市中区") == "511102"
    assert vocabulary.regions.find("内江市市中区") == "511002"


@pytest.mark.parametrize(
    "text", ["", "四", "北京市", "110000", "东区电力局", "南部地区", "德阳二重", "13908012345", "51061234567890"]
)
def test_what_is_not_surely_a_region_is_none(text):
    assert vocabulary.regions.find(text) is None


def test_the_industries_are_those_of_the_standard():
    industries = vocabulary.industries
    assert "".join(code for code in industries if industries.level(code) == 1) == "ABCDEFGHIJKLMNOPQRST"
    assert [code for code in industries if industries.level(code) == 2] == [f"{number:02}" for number in range(1, 98)]
    assert industries.path("34") == "C/34"
    assert industries.label("34") == "通用设备制造业"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C34", "34"),
        ("C3411", "34"),
        ("3411", "34"),
        ("C34 通用设备制造业", "34"),
        ("制造业/通用设备制造业", "34"),
        ("制造业", "C"),
        ("农林牧渔业", "A"),
        ("教育", "83"),
        ("A34", None),
        ("99", None),
        ("34567", None),
    ],
)
def test_an_industry_is_known_by_label_or_code_of_any_depth(text, code):
    assert vocabulary.industries.find(text) == code


@pytest.mark.parametrize(
    ("codes", "text", "code"),
    [
        (vocabulary.transfer_modes, "技术转让", "assignment"),
        (vocabulary.transfer_modes, "技术作价投资", "equity"),
        (vocabulary.transfer_modes, "无偿推广", "free_rollout"),
        (vocabulary.transfer_modes, "其他", "cooperation"),
        (vocabulary.achievement_kinds, "技术革新", "small_improvement"),
        (vocabulary.achievement_kinds, "合理化建议", "small_suggestion"),
        (vocabulary.ip_kinds, "实用新型专利", "utility_model"),
        (vocabulary.trl, "TRL 7", "7"),
        (vocabulary.trl, "７级", "7"),
        (vocabulary.trl, "10", None),
        (vocabulary.organisation_kinds, "高校", "institution"),
        (vocabulary.levels, "国际领先水平", "international_leading"),
    ],
)
def test_words_of_the_field_are_understood(codes, text, code):
    assert codes.find(text) == code


def test_a_licence_of_unsaid_kind_is_an_ordinary_one():
    assert vocabulary.transfer_modes.find("技术许可") == "ordinary_licence"
    assert vocabulary.licence_kinds.find("许可") == "ordinary"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("a\t甲\tA\t\t\na\t乙\tB\t\t\n", "list.tsv:3: the code a is there twice"),
        ("a\t甲\tA\t\t\nb\t\tB\t\t\n", "list.tsv:3: the code and both labels must be filled"),
        ("a\t甲\tA\tb\t\nb\t乙\tB\t\t\n", "list.tsv:2: the parent b does not come before"),
        ("a\t甲\tA\t\t丙\nb\t乙\tB\t\t丙\n", "list.tsv:3: the alias 丙 already means another code"),
        ("a\t甲\tA\t\t\nb\t乙\tB\t\t甲\n", "list.tsv:3: the alias 甲 already means another code"),
        ("a\t甲\tA\t\t乙\nb\t乙\tB\t\t\n", "list.tsv:3: 乙 already means another code"),
        ("a\t甲\tX\t\t\nb\t甲\tY\t\t\n", "list.tsv:3: 甲 already means another code"),
        ("a\t甲\tA\n", "list.tsv:2: 3 columns instead of 5"),
        ("a\t甲\tA\t\t\n", "list.tsv: missing or not in the standard: b"),
        ("a\t甲\tA\t\t\nb\t乙\tB\t\t\nc\t丙\tC\t\t\n", "list.tsv: missing or not in the standard: c"),
    ],
)
def test_a_damaged_list_is_refused_with_its_file_and_line(tmp_path, lines, message):
    (tmp_path / "list.tsv").write_text(HEADER + lines, "utf-8")
    with pytest.raises(VocabularyError) as error:
        len(CodeList("list", {1: "ab"}, tmp_path))
    assert str(error.value) == message


def test_a_list_with_other_columns_is_refused(tmp_path):
    (tmp_path / "list.tsv").write_text("code\tlabel\n", "utf-8")
    with pytest.raises(VocabularyError, match=r"list\.tsv:1: the columns must be code, zh, en, parent, aliases"):
        len(CodeList("list", folder=tmp_path))
