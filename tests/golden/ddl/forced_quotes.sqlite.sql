CREATE TABLE "app"."item" (
	"plain" INTEGER NOT NULL,
	other INTEGER NOT NULL,
	PRIMARY KEY ("plain"),
	CONSTRAINT "uq_plain" UNIQUE ("plain")
);
CREATE INDEX "app"."ix_item_plain" ON "item" ("plain");
CREATE TABLE "app".Box (
	order INTEGER NOT NULL,
	PRIMARY KEY (order),
	CONSTRAINT Fk FOREIGN KEY (order) REFERENCES "item" ("plain")
);

DROP TABLE "app".Box;
DROP TABLE "app"."item";
