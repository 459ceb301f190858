using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FederatedIdentity.Storage.Postgres.Migrations;

/// <summary>The name under which the owner of a login is asked for, whatever the layout.</summary>
[DbContext(typeof(ControlPlaneDb))]
[Migration(IdentityLayout.Migration)]
internal sealed class Migration0006 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read("0006_login_owner"));
}
