using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FederatedIdentity.Storage.Postgres.Migrations;

/// <summary>IAM SAML providers.</summary>
[DbContext(typeof(ControlPlaneDb))]
[Migration("00000000000003_saml_providers")]
internal sealed class Migration0003 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read("0003_saml_providers"));
}
