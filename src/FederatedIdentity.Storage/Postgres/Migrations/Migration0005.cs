using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FederatedIdentity.Storage.Postgres.Migrations;

/// <summary>The log of pool changes, when guests were last used, and who keeps house.</summary>
[DbContext(typeof(ControlPlaneDb))]
[Migration("00000000000005_pool_changes")]
internal sealed class Migration0005 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read("0005_pool_changes"));
}
