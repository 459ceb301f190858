using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FederatedIdentity.Storage.Postgres.Migrations;

/// <summary>Every table of the first release.</summary>
/// <remarks>EF Core demands ids of fourteen digits (its own are timestamps); the last four are the number of the file.</remarks>
[DbContext(typeof(ControlPlaneDb))]
[Migration("00000000000001_initial")]
internal sealed class Migration0001 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read("0001_initial"));
}
