import re
import stat
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.config import ConfigurationError, Settings

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
KEY = "k" * 32
VARIABLES = [setting.name.upper() for setting in fields(Settings)]


def read(**environ: str) -> Settings:
    return Settings.from_environment({"SECRET_KEY": KEY, **environ})


def documented() -> Iterator[list[str]]:
    for line in DOCS.read_text("utf-8").splitlines():
        if line.startswith("| `"):
            yield [cell.strip(" `") for cell in line.strip("|").split(" | ")]


def expected(setting) -> list[str]:
    meta = setting.metadata
    default = re.sub(r"{(\w+)}", lambda name: name[1].upper(), meta["default"]) or "—"
    return [setting.name.upper(), default, meta["kind"].allowed, meta["zh"], meta["en"]]


def test_every_setting_is_documented_as_it_is_and_nothing_else_is():
    assert list(documented()) == [expected(setting) for setting in fields(Settings)]


def test_nothing_need_be_set_to_try_it_out(tmp_path):
    settings = Settings.from_environment({"INSTANCE_PATH": str(tmp_path)})
    assert settings.marketplace_env == "development"
    assert settings.database_url == f"sqlite:///{tmp_path}/marketplace.db"
    assert settings.index_path == tmp_path / "index"


def test_an_empty_variable_counts_as_not_set():
    assert read(PAGE_SIZE=" ").page_size == 20


def test_whoever_asks_for_stamps_must_be_able_to_check_them(tmp_path):
    with pytest.raises(ConfigurationError, match="TSA_CA_FILE"):
        read(TSA_URL="https://tsa.example.cn/")
    assert read(TSA_URL="https://tsa.example.cn/", TSA_CA_FILE=str(tmp_path / "root.pem")).tsa_url


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(FrozenInstanceError):
        read().page_size = 5


def test_postgresql_is_reached_through_the_installed_driver():
    assert read(DATABASE_URL="postgresql://u:p@host/db").database_url == "postgresql+psycopg://u:p@host/db"


def test_paths_do_not_depend_on_where_a_command_is_later_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read(INSTANCE_PATH="here").index_path == tmp_path / "here" / "index"


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("MARKETPLACE_ENV", "prod", "development / production / testing"),
        ("SEARCH_ENGINE", "solr", "embedded / elasticsearch"),
        ("ELASTICSEARCH_URL", "https://elastic:password@server:9200", "http(s)://HOST:PORT, …"),
        ("ELASTICSEARCH_PREFIX", "Märkte", "a-z 0-9 - _"),
        ("ELASTICSEARCH_TIMEOUT", "0", "0.1 – 60"),
        ("DEFAULT_LANGUAGE", "fr", "zh_Hans / en"),
        ("PAGE_SIZE", "0", "1 – 100"),
        ("PAGE_SIZE", "101", "1 – 100"),
        ("PAGE_SIZE", "many", "1 – 100"),
        ("FORCE_HTTPS", "maybe", "true / false"),
        ("WORKER_METRICS_ADDRESS", "9101", "HOST:PORT"),
        ("WORKER_METRICS_ADDRESS", "127.0.0.1:99999", "HOST:PORT"),
        ("TSA_URL", "https://user:password@tsa.example.cn/", "http(s)://HOST/PATH"),
        ("RATE_LIMIT", "fast", "N per second / minute / hour / day"),
        ("LOG_LEVEL", "LOUD", "DEBUG / INFO / WARNING / ERROR"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(variable, value, allowed):
    with pytest.raises(ConfigurationError) as error:
        read(**{variable: value})
    assert str(error.value) == f"设置 {variable}={value} 不对，应为：{allowed}。"


SECRETS = [setting.name.upper() for setting in fields(Settings) if not setting.repr]


@pytest.mark.parametrize("variable", ["SECRET_KEY", "DATABASE_URL", "METRICS_TOKEN"])
def test_the_value_of_a_secret_is_never_shown(variable):
    with pytest.raises(ConfigurationError) as error:
        read(**{variable: "mysql://u:hunter2@h/d"})
    assert variable in str(error.value)
    assert "hunter2" not in str(error.value)
    assert "hunter2" not in repr(read(DATABASE_URL="postgresql://u:hunter2@h/d"))


def test_a_secret_may_stand_in_a_file(tmp_path):
    (tmp_path / "url").write_text("postgresql://u:p@host/db\n")
    settings = read(DATABASE_URL_FILE=str(tmp_path / "url"))
    assert settings.database_url == "postgresql+psycopg://u:p@host/db"


@pytest.mark.parametrize("variable", SECRETS)
def test_a_secret_in_a_file_that_is_not_there_is_told_with_the_file(variable):
    with pytest.raises(ConfigurationError) as error:
        Settings.from_environment({"MARKETPLACE_ENV": "production", f"{variable}_FILE": "/nowhere"})
    assert f"设置 {variable}_FILE=/nowhere 不对，读不出这个文件" in str(error.value)


def test_a_secret_is_given_in_one_way_only(tmp_path):
    (tmp_path / "key").write_text(KEY)
    with pytest.raises(ConfigurationError, match="SECRET_KEY 和 SECRET_KEY_FILE 只能设置一个"):
        read(SECRET_KEY_FILE=str(tmp_path / "key"))


def test_what_is_in_the_file_of_a_secret_is_never_shown(tmp_path):
    (tmp_path / "token").write_text("too short")
    with pytest.raises(ConfigurationError) as error:
        read(METRICS_TOKEN_FILE=str(tmp_path / "token"))
    assert "设置 METRICS_TOKEN 的值不对" in str(error.value)
    assert "too short" not in str(error.value)


def test_only_a_secret_may_stand_in_a_file(tmp_path):
    (tmp_path / "size").write_text("5")
    assert read(PAGE_SIZE_FILE=str(tmp_path / "size")).page_size == 20


def test_every_mistake_is_told_at_once():
    with pytest.raises(ConfigurationError) as error:
        read(PAGE_SIZE="0", LOG_LEVEL="LOUD", DATABASE_URL="mysql://h/d")
    assert len(str(error.value).splitlines()) == 3


def test_production_needs_a_key_of_its_own():
    with pytest.raises(ConfigurationError, match="缺少设置 SECRET_KEY"):
        Settings.from_environment({"MARKETPLACE_ENV": "production"})


def test_outside_production_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    environ = {"INSTANCE_PATH": str(tmp_path / "new")}
    first, second = Settings.from_environment(environ), Settings.from_environment(environ)
    assert first.secret_key == second.secret_key
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["secret_key"]


def test_a_key_that_cannot_be_kept_is_an_error_of_configuration(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        Settings.from_environment({"INSTANCE_PATH": str(tmp_path / "file")})


def test_the_environment_wins_over_the_env_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text(f"SECRET_KEY={KEY}\nPAGE_SIZE=30\nMATCH_LIMIT=5\n")
    monkeypatch.chdir(tmp_path)
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PAGE_SIZE", "40")
    settings = Settings.from_environment()
    assert (settings.page_size, settings.match_limit) == (40, 5)


def test_a_misspelt_variable_of_ours_is_pointed_out(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("MARKETPLACE_ENVIRONMENT", "production")
    Settings.from_environment()
    assert "MARKETPLACE_ENVIRONMENT" in caplog.text


@given(st.sampled_from(VARIABLES), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_value_is_either_understood_or_refused_by_name(variable, value):
    try:
        read(**{"MARKETPLACE_ENV": "production", variable: value})
    except ConfigurationError as error:
        assert f"设置 {variable}" in str(error)


def test_a_cluster_has_several_addresses_and_its_credentials_lie_in_files(tmp_path: Path) -> None:
    settings = read(
        SEARCH_ENGINE="elasticsearch",
        ELASTICSEARCH_URL="https://one:9200, https://two:9200/search",
        ELASTICSEARCH_API_KEY_FILE=str(tmp_path / "key"),
    )
    assert settings.elasticsearch_url == ("https://one:9200", "https://two:9200/search")
    assert settings.elasticsearch_api_key_file == tmp_path / "key"
    assert settings.elasticsearch_ca_file is None
