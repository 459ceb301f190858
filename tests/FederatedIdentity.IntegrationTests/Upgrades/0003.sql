-- Migration 0003: an IAM SAML provider, whose metadata may be any text.

insert into saml_provider (arn, account_id, name, id, metadata, entity_id, signing_keys, valid_until, tags, version, created_at)
values ('arn:aws:iam::000000000000:saml-provider/corp', '000000000000', 'corp', 'a8a2f1b0-6f4c-4f53-9d8e-2f6b0c7d1e01',
    E'<?xml version="1.0"?>\n<!-- ''; drop table saml_provider; -- 💥 ]]> \\ -->\n' || repeat('<x/>', 20000), 'https://corp.example/metadata?a=b&c=''d''',
    array[decode('3059301306072a8648ce3d020106082a8648ce3d03010703420004de09a771833d9e2760ad85468270ea23da0fd936ef0b8b88adc787c9'
        || '9c75698d219ca427aa668f5b03cc014e7f5a77736bee42608f6c73762b61ba04fcffdf6b', 'hex')]::bytea[],
    null, '{"cost centre": "7; --", "Ü": ""}', 3, '2026-03-01 00:00:00+00');
