using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FederatedIdentity.Storage.Postgres.Migrations;

/// <summary>Users, roles and policies of IAM, and the keys of session tokens.</summary>
[DbContext(typeof(ControlPlaneDb))]
[Migration("00000000000004_iam")]
internal sealed class Migration0004 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read("0004_iam"));
}
