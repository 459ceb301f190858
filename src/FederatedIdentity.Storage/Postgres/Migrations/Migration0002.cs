using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FederatedIdentity.Storage.Postgres.Migrations;

/// <summary>Roles, role mappings and principal tags of pools.</summary>
[DbContext(typeof(ControlPlaneDb))]
[Migration("00000000000002_roles_and_principal_tags")]
internal sealed class Migration0002 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(MigrationScript.Read("0002_roles_and_principal_tags"));
}
