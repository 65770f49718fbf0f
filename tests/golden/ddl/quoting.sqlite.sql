CREATE TABLE "My Schema"."order" (
	"Select" INTEGER NOT NULL,
	"a ""quoted"" name" INTEGER NOT NULL,
	"naïve" INTEGER NOT NULL,
	"1st" INTEGER NOT NULL,
	plain_1 INTEGER NOT NULL,
	PRIMARY KEY ("Select"),
	UNIQUE ("naïve")
);
CREATE INDEX "My Schema"."ix_order_a ""quoted"" name" ON "order" ("a ""quoted"" name");
CREATE TABLE "My Schema"."we.ird, name" (
	"%s" INTEGER NOT NULL,
	CONSTRAINT "Fk" FOREIGN KEY ("%s") REFERENCES "order" ("Select")
);
CREATE INDEX "My Schema"."ix_we.ird, name_%s" ON "we.ird, name" ("%s");

DROP TABLE "My Schema"."we.ird, name";
DROP TABLE "My Schema"."order";
