"""Compare pre-training recipes: `python scripts/compare_recipes.py [CONFIG] [--only NAME …] [--out FILE]`."""

import argparse
from pathlib import Path

from hasila import config, errors, recipes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", nargs="?", type=Path, default=config.ROOT / "configs/recipes.yaml")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="train only these, write no comparison yet")
    parser.add_argument("--out", type=Path, default=config.ROOT / "results/recipes.json")
    arguments = parser.parse_args()
    settings = config.load(config.RecipesConfig, arguments.config)
    if arguments.only:
        for recipe in (r for r in settings.recipes if r.name in arguments.only):
            print(recipe.name, recipes.run(settings, recipe)["log"][-1])
    else:
        recipes.compare(settings, arguments.out)
        print(f"written: {arguments.out}")


if __name__ == "__main__":
    errors.run(main)
