using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FederatedIdentity.Storage.Postgres.Migrations;

/// <summary>Every table of the first release.</summary>
[DbContext(typeof(ControlPlaneDb))]
[Migration("0001_initial")]
internal sealed class Migration0001 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read("0001_initial"));
}
