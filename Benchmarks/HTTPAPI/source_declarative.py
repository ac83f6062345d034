# SPDX-License-Identifier: Apache-2.0
"""A declarative source of airbyte-cdk, as its own image for manifests starts it: the first word is the manifest."""
import json
import sys

from airbyte_cdk.entrypoint import launch
from airbyte_cdk.models import ConfiguredAirbyteCatalogSerializer
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource

manifest, words = sys.argv[1], sys.argv[2:]


def given(option):
    if option not in words:
        return None
    with open(words[words.index(option) + 1], encoding="utf-8") as file:
        return json.load(file)


catalog = given("--catalog")
source = YamlDeclarativeSource(
    path_to_yaml=manifest, config=given("--config"), state=[],
    catalog=ConfiguredAirbyteCatalogSerializer.load(catalog) if catalog else None)
launch(source, words)
